"""Who ought to attend (应到会), and who does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.errors import InvalidInput
from workflow.models import CommitteeSession, RoleAssignment, SessionSeat, User
from workflow.runtime import Runtime
from workflow.sessions.acting import OFFICERS, Request, SessionOutcome, act_on
from workflow.sessions.work import SessionWork
from workflow.text import Text

ATTENDANCE: Mapping[str, Text] = {
    "expected": Text("未签到", "not signed in"),
    "attending": Text("实到", "attending"),
    "excused": Text("请假", "excused"),
    "absent": Text("缺席", "absent"),
}
MAX_SEATS, MAX_NAME, MAX_REASON = 200, 60, 200


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether somebody attends; excused with a reason."""

    attendance: str
    reason: str | None = None


def officers(session: Session, organisation_id: int, today: date) -> Sequence[User]:
    """The accounts that belong to a committee: its clerks and approvers."""
    query = (
        select(User)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(
            User.is_active,
            RoleAssignment.organisation_id == organisation_id,
            RoleAssignment.role.in_(OFFICERS),
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
        )
        .distinct()
        .order_by(User.id)
    )
    return session.scalars(query).all()


def first_roll(session: Session, record: CommitteeSession, today: date) -> list[SessionSeat]:
    """The roll of the body's session before this one, or all its officers where there was none."""
    people = officers(session, record.organisation_id, today)
    before = _last_roll(session, record)
    if not before:
        return [_seat(record, user.display_name, user.id) for user in people]
    known = {user.id for user in people}
    return [_seat(record, seat.name, seat.user_id) for seat in before if seat.user_id is None or seat.user_id in known]


def set_roll(
    runtime: Runtime, session_id: int, request: Request, user_ids: Iterable[int], names: Iterable[str]
) -> SessionOutcome:
    """Says who ought to attend: accounts of the committee, and members without an account by name.

    Whoever stays on the roll keeps the attendance. Raises what `act_on` raises and InvalidInput.
    """
    users, others = sorted(set(user_ids)), [name.strip() for name in names if name.strip()]

    def change(work: SessionWork) -> None:
        wanted = _wanted(work, users, others)
        _remove(work, keep={(seat.user_id, seat.name) for seat in wanted})
        there = {(seat.user_id, seat.name) for seat in work.seats}
        work.session.add_all(seat for seat in wanted if (seat.user_id, seat.name) not in there)

    return act_on(runtime, session_id, request, "roll", {"users": users, "names": others}, change)


def record_attendance(runtime: Runtime, session_id: int, request: Request, marks: Mapping[int, Mark]) -> SessionOutcome:
    """Marks who attends, by the number of the seat. Raises what `act_on` raises and InvalidInput."""
    content = {str(seat_id): [mark.attendance, mark.reason] for seat_id, mark in marks.items()}

    def change(work: SessionWork) -> None:
        seats = {seat.id: seat for seat in work.seats}
        faults = {f"seat.{n}": fault for n, mark in marks.items() if (fault := _fault(seats.get(n), mark))}
        if faults:
            raise InvalidInput(faults)
        for seat_id, mark in marks.items():
            seats[seat_id].attendance, seats[seat_id].reason = mark.attendance, (mark.reason or "").strip() or None

    return act_on(runtime, session_id, request, "attendance", {"marks": content}, change)


def _fault(seat: SessionSeat | None, mark: Mark) -> Text | None:
    if seat is None:
        return Text("名单上没有此人：请刷新名单", "Nobody on the roll has this number: reload the roll")
    if mark.attendance not in ATTENDANCE:
        return Text(f"{seat.name}：签到情况不对", f"{seat.name}: attendance is one of {', '.join(ATTENDANCE)}")
    reason = (mark.reason or "").strip()
    if mark.attendance == "excused" and not reason:
        return Text(f"{seat.name}：请假须写明原因", f"{seat.name}: say why excused")
    if len(reason) > MAX_REASON or "\x00" in reason:
        return Text(f"{seat.name}：原因最多 {MAX_REASON} 个字", f"{seat.name}: at most {MAX_REASON} characters")
    return None


def _wanted(work: SessionWork, users: Sequence[int], others: Sequence[str]) -> list[SessionSeat]:
    known = {user.id: user for user in officers(work.session, work.record.organisation_id, work.today)}
    if unknown := [n for n in users if n not in known]:
        numbers = ", ".join(map(str, unknown))
        raise InvalidInput({"users": Text(f"不是本委员会的账号：{numbers}", f"No accounts of this body: {numbers}")})
    seats = [_seat(work.record, known[n].display_name, n) for n in users]
    seats += [_seat(work.record, name, None) for name in others]
    names = [seat.name for seat in seats]
    if not seats or len(seats) > MAX_SEATS:
        raise InvalidInput({"names": Text(f"应到会 1 到 {MAX_SEATS} 人", f"From 1 to {MAX_SEATS} people")})
    if len(set(names)) < len(names):
        raise InvalidInput({"names": Text("名单中有重名：请加以区分", "A name stands twice: tell them apart")})
    if any(len(name) > MAX_NAME or "\x00" in name for name in names):
        raise InvalidInput({"names": Text(f"姓名最多 {MAX_NAME} 个字", f"A name has at most {MAX_NAME} characters")})
    return seats


def _remove(work: SessionWork, keep: set[tuple[int | None, str]]) -> None:
    for seat in work.seats:
        if (seat.user_id, seat.name) not in keep:
            work.session.delete(seat)
    # Those who leave go before those who come, who may have the same name.
    work.session.flush()


def _seat(record: CommitteeSession, name: str, user_id: int | None) -> SessionSeat:
    return SessionSeat(session_id=record.id, user_id=user_id, name=name, attendance="expected")


def _last_roll(session: Session, record: CommitteeSession) -> Sequence[SessionSeat]:
    before = (
        select(CommitteeSession.id)
        .where(CommitteeSession.organisation_id == record.organisation_id, CommitteeSession.id < record.id)
        .order_by(CommitteeSession.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return session.scalars(select(SessionSeat).where(SessionSeat.session_id == before).order_by(SessionSeat.id)).all()
