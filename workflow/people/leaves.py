"""Leave (请假): a person is away for some days, with a substitute for each of their roles or without."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import Actor, load_actor
from workflow.engine.lending import WAITS_AT
from workflow.errors import Conflict, InvalidInput, NotFound
from workflow.models import Leave, Substitution, User
from workflow.people.days import Span
from workflow.people.once import Answer, Request, answer_once
from workflow.people.reach import person_managed
from workflow.people.substitutes import Wanted, close_substitutions, insert_substitution, lock_people
from workflow.people.telling import tell_people
from workflow.runtime import Runtime
from workflow.text import Text

PAGE = "/me/leave"


@dataclass(frozen=True, slots=True)
class LeaveWanted:
    """Who is away; no substitute: what waits for the person stands in the managers' list of what nobody holds."""

    person: str
    from_on: date
    to_on: date
    substitute: str = ""


def take_leave(runtime: Runtime, actor_id: int, wanted: LeaveWanted, key: str | None = None) -> Answer:
    """A person, or a manager for somebody in the managed area, enters a leave. Answers its number and those of the
    substitutions that go with it.

    Raises NotFound for a person the actor does not manage, InvalidInput; changes nothing then.
    """

    def act(session: Session, now: datetime) -> dict[str, Any]:
        today = local_day(now)
        actor = load_actor(session, actor_id, today)
        person = person_managed(session, actor, wanted.person)
        lock_people(session, person.id, wanted.substitute)
        session.refresh(person)
        _refuse(session, person, wanted, today)
        row = Leave(
            person_id=person.id, from_on=wanted.from_on, to_on=wanted.to_on, created_by=actor_id, created_at=now
        )
        session.add(row)
        session.flush()
        made = _stand_ins(session, runtime, load_actor(session, person.id, today), wanted, row, now)
        return {"id": row.id, "substitutions": made}

    return answer_once(runtime, Request(actor_id, key, {"take_leave": asdict(wanted)}), act)


def _refuse(session: Session, person: User, wanted: LeaveWanted, today: date) -> None:
    faults = dict(Span(wanted.from_on, wanted.to_on).faults(today))
    if not person.is_active:
        faults["person"] = Text("该账号已停用，无须请假", "This account is disabled and needs no leave")
    meeting = select(Leave.id).where(
        Leave.person_id == person.id,
        Leave.ended_at.is_(None),
        Leave.from_on <= wanted.to_on,
        Leave.to_on >= wanted.from_on,
    )
    if not faults and session.scalar(meeting.limit(1)) is not None:
        faults["from_on"] = Text(
            "这段时间已经登记请假：请先结束原来的请假，或改日期",
            "A leave is entered for those days already: end that one first, or change the days",
        )
    if faults:
        raise InvalidInput(faults)


def _stand_ins(
    session: Session, runtime: Runtime, person: Actor, wanted: LeaveWanted, leave: Leave, now: datetime
) -> list[int]:
    """One substitution for each role that has work waiting for it."""
    if not wanted.substitute:
        return []
    roles = sorted({held.role for held in person.roles if held.role in WAITS_AT})
    return [
        insert_substitution(
            session,
            runtime,
            person,
            Wanted(wanted.substitute, role, wanted.from_on, wanted.to_on),
            by=leave.created_by,
            now=now,
            leave_id=leave.id,
        ).id
        for role in roles
    ]


def end_leave(runtime: Runtime, actor_id: int, leave_id: int, key: str | None = None) -> Answer:
    """The person, or a manager, ends a leave before its time, and with it the substitutions that came with it."""

    def act(session: Session, now: datetime) -> dict[str, Any]:
        today = local_day(now)
        row = session.get(Leave, leave_id, with_for_update=True)
        if row is None:
            raise NotFound("leave", leave_id)
        person_managed(session, load_actor(session, actor_id, today), session.get_one(User, row.person_id).username)
        if row.ended_at is not None or row.to_on < today:
            raise Conflict(Text("这次请假已经结束", "This leave is over already"))
        close_leave(session, row, by=actor_id, now=now)
        return {"id": row.id}

    return answer_once(runtime, Request(actor_id, key, {"end_leave": leave_id}), act)


def close_leave(session: Session, row: Leave, *, by: int | None, now: datetime) -> None:
    row.ended_at = now
    with_it = select(Substitution).where(
        Substitution.leave_id == row.id, Substitution.ended_at.is_(None), Substitution.to_on >= local_day(now)
    )
    close_substitutions(session, session.scalars(with_it), by=by, now=now)
    if by != row.person_id:
        title = Text("请假已结束", "Your leave was ended")
        body = Text("主管部门已结束您的请假登记。", "The managers ended your leave.")
        tell_people(session, f"leave:{row.id}:ended", [row.person_id], title, body, PAGE, now)
