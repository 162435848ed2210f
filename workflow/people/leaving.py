"""Leaving for good (离职、调离): all a person holds moves the same day, in one transaction, to a successor or back to
the managers; nothing is without a holder for a moment.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from workflow.accounts import disable_user, normal_username
from workflow.clock import local_day
from workflow.engine import Command
from workflow.engine.actors import Actor, load_actor
from workflow.engine.examining import examine
from workflow.engine.instructors import instructors_for
from workflow.engine.perform import SYSTEM_ACTOR, perform_within
from workflow.engine.releasing import release_case
from workflow.errors import Conflict, InvalidInput, NotFound, NotPermitted, WorkflowError
from workflow.models import Case, Enterprise, Leave, Organisation, RoleAssignment, User
from workflow.people.leaves import close_leave
from workflow.people.leaving_faults import Leaving, leaving_faults
from workflow.people.once import Answer, Request, answer_once
from workflow.people.reach import managed_areas, person_managed
from workflow.people.substitutes import close_substitutions, in_force_or_ahead
from workflow.roles import ROLE_NAMES
from workflow.runtime import Runtime
from workflow.text import Text

REASSIGN = "reassign"
CAP_GUARD = "instructor_has_room"


@dataclass(frozen=True, slots=True)
class CaseMove:
    """What becomes of one case: to the successor, or back to the managers, with the reason where that was refused."""

    case_id: int
    enterprise: str
    to_successor: bool
    refusal: Text | None

    def as_dict(self) -> dict[str, Any]:
        refusal = self.refusal.as_dict() if self.refusal else None
        return {
            "case_id": self.case_id,
            "enterprise": self.enterprise,
            "to_successor": self.to_successor,
            "refusal": refusal,
        }


def leave_office(runtime: Runtime, actor_id: int, wanted: Leaving, key: str | None = None) -> Answer:
    """A manager takes a person out of office: cases, roles, substitutions and the account, all or nothing.

    A case whose successor is refused goes back to the managers, with the reason in the answer. Raises NotFound for
    somebody the actor does not manage, Conflict where they left already, InvalidInput.
    """

    def act(session: Session, now: datetime) -> dict[str, Any]:
        with session.no_autoflush:
            actor, person = _may_leave(session, actor_id, wanted, now, lock=True)
            moves = [_move(session, runtime, actor, wanted, row, now) for row in _cases_of(session, person.id)]
            vacant = _close_office(session, person, by=actor_id, now=now)
            return {"moves": [move.as_dict() for move in moves], "vacant": vacant}

    return answer_once(runtime, Request(actor_id, key, {"leave_office": asdict(wanted)}), act)


def foresee(session: Session, runtime: Runtime, actor_id: int, wanted: Leaving) -> list[CaseMove]:
    """The same judgement without the change. Loads add up, so the cap is judged as if the cases came one by one."""
    now = runtime.now()
    _, person = _may_leave(session, actor_id, wanted, now, lock=False)
    found, taken = [], 0
    for row in _cases_of(session, person.id):
        refusal = _refusal(session, runtime, actor_id, wanted, row.id, now) if wanted.successor else None
        if wanted.successor and refusal is None and not wanted.over_cap:
            refusal = _room_fault(session, runtime, row.scope_path, wanted.successor, taken, local_day(now))
        taken += wanted.successor != "" and refusal is None
        found.append(CaseMove(row.id, row.name, bool(wanted.successor) and refusal is None, refusal))
    return found


def disable_account(runtime: Runtime, username: str) -> int:
    """The operator's way, with no manager at hand: cases go back to the managers. NotFound for a name nobody has."""
    now = runtime.now()
    with runtime.db.unit_of_work() as session, session.no_autoflush:
        person = session.scalars(
            select(User).where(User.username == normal_username(username)).with_for_update(key_share=True)
        ).first()
        if person is None:
            raise NotFound("user", username)
        for row in _cases_of(session, person.id):
            release_case(session, runtime, row.id, SYSTEM_ACTOR, now, None)
        _close_office(session, person, by=None, now=now)
        return 1


def _may_leave(session: Session, actor_id: int, wanted: Leaving, now: datetime, *, lock: bool) -> tuple[Actor, User]:
    actor = load_actor(session, actor_id, local_day(now))
    if not managed_areas(actor):
        raise NotPermitted("leave_office", Text("离任由区级主管部门办理", "A person's leaving is for the managers"))
    person = person_managed(session, actor, wanted.person, lock=lock)
    if not person.is_active:
        raise Conflict(Text("该同志已经离任，账号已停用", "This person has left already; the account is disabled"))
    if faults := leaving_faults(session, actor, person, wanted):
        raise InvalidInput(faults)
    return actor, person


def _cases_of(session: Session, user_id: int) -> list[Any]:
    return list(
        session.execute(
            select(Case.id, Case.scope_path, Case.instructor_id, Enterprise.name)
            .join(Enterprise, Enterprise.id == Case.enterprise_id)
            .where(Case.instructor_id == user_id, Case.finished_on.is_(None))
            .order_by(Case.id)
        )
    )


def _command(actor_id: int, wanted: Leaving, case_id: int) -> Command:
    return Command(
        case_id,
        REASSIGN,
        actor_id,
        data={"instructor": wanted.successor, "no_conflict": wanted.no_conflict},
        reason=wanted.reason.strip(),
        overrides={CAP_GUARD: wanted.over_cap.strip()} if wanted.over_cap.strip() else {},
    )


def _move(session: Session, runtime: Runtime, actor: Actor, wanted: Leaving, row: Any, now: datetime) -> CaseMove:
    refusal = None
    if session.scalar(select(Case.instructor_id).where(Case.id == row.id)) != row.instructor_id:
        # A person's case has followed that of the enterprise.
        return CaseMove(row.id, row.name, True, None)
    if wanted.successor:
        try:
            perform_within(session, runtime, _command(actor.id or 0, wanted, row.id), now)
            return CaseMove(row.id, row.name, True, None)
        except WorkflowError as refused:
            refusal = refused.text
    release_case(session, runtime, row.id, actor, now, wanted.reason.strip())
    return CaseMove(row.id, row.name, False, refusal)


def _refusal(
    session: Session, runtime: Runtime, actor_id: int, wanted: Leaving, case_id: int, now: datetime
) -> Text | None:
    try:
        with session.no_autoflush:
            examine(session, runtime, _command(actor_id, wanted, case_id), now, lock=False)
    except WorkflowError as refused:
        return refused.text
    return None


def _room_fault(
    session: Session, runtime: Runtime, scope_path: str, successor: str, taken: int, today: date
) -> Text | None:
    choices = {one.username: one for one in instructors_for(session, runtime, scope_path, today)}
    one = choices.get(normal_username(successor))
    if one is None or one.load + taken < one.cap:
        return None
    return Text(
        f"接任人届时已联系 {one.load + taken} 家，上限 {one.cap} 家",
        f"The successor would have {one.load + taken} enterprises by then; the cap is {one.cap}",
    )


def _close_office(session: Session, person: User, *, by: int | None, now: datetime) -> list[dict[str, Any]]:
    """Ends substitutions, leaves, roles and the account; answers the roles that nobody holds at their body now."""
    today = local_day(now)
    close_substitutions(session, in_force_or_ahead(session, person.id, today), by=by, now=now)
    ahead = select(Leave).where(Leave.person_id == person.id, Leave.ended_at.is_(None), Leave.to_on >= today)
    for leave in session.scalars(ahead):
        close_leave(session, leave, by=by, now=now)
    session.flush()
    held = session.execute(
        select(RoleAssignment.role, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .where(RoleAssignment.user_id == person.id, *_in_force(today))
        .order_by(RoleAssignment.id)
    ).all()
    disable_user(session, person.username)
    session.flush()
    session.execute(
        update(RoleAssignment).where(RoleAssignment.user_id == person.id, *_in_force(today)).values(valid_to=today)
    )
    return [
        {"role": role, "name": ROLE_NAMES[role].as_dict(), "organisation_id": body, "organisation": name}
        for role, body, name in held
        if role != "instructor" and not _somebody_holds(session, role, body, today)
    ]


def _in_force(today: date) -> tuple[Any, ...]:
    until = RoleAssignment.valid_to
    return RoleAssignment.valid_from <= today, or_(until.is_(None), until >= today)


def _somebody_holds(session: Session, role: str, organisation_id: int, today: date) -> bool:
    query = (
        select(RoleAssignment.id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            User.is_active,
            RoleAssignment.role == role,
            RoleAssignment.organisation_id == organisation_id,
            *_in_force(today),
        )
    )
    return session.scalar(query.limit(1)) is not None
