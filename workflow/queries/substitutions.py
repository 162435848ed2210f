"""Who stands in for whom, as the people concerned and the managers see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from workflow.definition.model import Definition
from workflow.models import Leave, Organisation, Substitution, SubstitutionState, User
from workflow.people.substitution_faults import states_of_role
from workflow.roles import ROLE_NAMES
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class SubstitutionLine:
    """`status` is ahead, running or over; `states` is None where it covers every step of the role."""

    id: int
    principal_id: int
    principal: str
    substitute: str
    role: Text
    role_code: str
    states: tuple[Text, ...] | None
    area: str
    from_on: date
    to_on: date
    status: str


@dataclass(frozen=True, slots=True)
class LeaveLine:
    id: int
    person: str
    username: str
    from_on: date
    to_on: date
    status: str


def substitutions_of(session: Session, definition: Definition, user_id: int, today: date) -> list[SubstitutionLine]:
    """On either side, those that run or lie ahead first."""
    mine = (Substitution.principal_id == user_id) | (Substitution.substitute_id == user_id)
    return _substitutions(session, definition, mine, today)


def _substitutions(
    session: Session, definition: Definition, which: ColumnElement[bool], today: date
) -> list[SubstitutionLine]:
    principal, substitute = aliased(User), aliased(User)
    rows = session.execute(
        select(Substitution, principal.display_name, substitute.display_name, Organisation.name)
        .join(principal, principal.id == Substitution.principal_id)
        .join(substitute, substitute.id == Substitution.substitute_id)
        .join(Organisation, Organisation.id == Substitution.organisation_id)
        .where(which)
        .order_by(Substitution.ended_at.is_not(None), Substitution.to_on.desc(), Substitution.id.desc())
        .limit(100)
    ).all()
    states = _states(session, [row[0].id for row in rows])
    return [
        SubstitutionLine(
            row.id,
            row.principal_id,
            principal_name,
            substitute_name,
            ROLE_NAMES[row.role],
            row.role,
            _words(definition, row.role, states.get(row.id, set())),
            area,
            row.from_on,
            row.to_on,
            _status(row.from_on, row.to_on, row.ended_at is not None, today),
        )
        for row, principal_name, substitute_name, area in rows
    ]


def _states(session: Session, ids: list[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for row in session.scalars(select(SubstitutionState).where(SubstitutionState.substitution_id.in_(ids))):
        found.setdefault(row.substitution_id, set()).add(row.state)
    return found


def _words(definition: Definition, role: str, states: set[str]) -> tuple[Text, ...] | None:
    known = states_of_role(definition, role)
    if states >= set(known):
        return None
    return tuple(definition.states[code].name for code in known if code in states)


def _status(from_on: date, to_on: date, is_ended: bool, today: date) -> str:
    if is_ended or to_on < today:
        return "over"
    return "ahead" if from_on > today else "running"


def leaves_of(session: Session, user_ids: list[int], today: date) -> list[LeaveLine]:
    """Those that run or lie ahead first."""
    rows = session.execute(
        select(Leave, User.display_name, User.username)
        .join(User, User.id == Leave.person_id)
        .where(Leave.person_id.in_(user_ids))
        .order_by(Leave.ended_at.is_not(None), Leave.to_on.desc(), Leave.id.desc())
        .limit(100)
    )
    return [
        LeaveLine(
            row.id, name, username, row.from_on, row.to_on, _status(row.from_on, row.to_on, bool(row.ended_at), today)
        )
        for row, name, username in rows
    ]
