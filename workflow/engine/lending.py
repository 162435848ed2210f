"""Roles a person acts in for somebody else: from when to when, in which states, in which area.

Only a principal's own roles are read here, so nobody can pass on what was lent to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, or_, select
from sqlalchemy.sql import FromClause

from workflow.engine.records import Placed
from workflow.guards.duties import Duty, duties_on, refusals
from workflow.models import Organisation, RoleAssignment, Substitution, SubstitutionState, User
from workflow.models.base import table_of
from workflow.models.organisation import scope_of

# Where work for a role waits: what can be lent. Other roles have nothing that waits for them.
WAITS_AT: Mapping[str, str] = {
    "instructor": "case",
    "clerk": "committee",
    "approver": "committee",
    "org_dept": "area",
    "social_work": "area",
}


@dataclass(frozen=True, slots=True)
class Lent:
    """What limits a role that is held for somebody else. `area` is the prefix of the bodies it is lent for."""

    principal_id: int
    principal_name: str
    states: frozenset[str]
    area: str

    def covers(self, case: Placed, substitute_id: int | None) -> bool:
        """The case waits inside the limits, and the substitute has no duty on it that keeps them out of it."""
        held = duties_on(case.instructor_id, None, [substitute_id])
        return (
            case.state in self.states
            and case.scope_path.startswith(self.area)
            and not any(refusals(Duty.SUBSTITUTE, held))
        )


def waits_there(case: Placed, role: str, organisation_id: int, scope_path: str, principal_id: int) -> bool:
    """The case is at the place where the principal's role is asked."""
    place = WAITS_AT.get(role)
    if place == "case":
        return case.instructor_id == principal_id
    if place == "committee":
        return organisation_id == case.committee_id
    return place == "area" and case.scope_path.startswith(scope_path)


SUBSTITUTIONS, STATES = table_of(Substitution), table_of(SubstitutionState)
_USERS, _ROLES, _BODIES = table_of(User), table_of(RoleAssignment), table_of(Organisation)
PRINCIPALS, AREAS = _USERS.alias("principal"), _BODIES.alias("area")
TODAY = bindparam("today", type_=Date())
IN_FORCE = and_(SUBSTITUTIONS.c.from_on <= TODAY, SUBSTITUTIONS.c.to_on >= TODAY, SUBSTITUTIONS.c.ended_at.is_(None))


def lent_rows(source: FromClause) -> FromClause:
    """Substitutions joined with the active principal, the roles lent and where they are held, the area, the states."""
    held_today = and_(
        _ROLES.c.user_id == SUBSTITUTIONS.c.principal_id,
        _ROLES.c.role == SUBSTITUTIONS.c.role,
        _ROLES.c.valid_from <= TODAY,
        or_(_ROLES.c.valid_to.is_(None), _ROLES.c.valid_to >= TODAY),
    )
    return (
        source.join(PRINCIPALS, and_(PRINCIPALS.c.id == SUBSTITUTIONS.c.principal_id, PRINCIPALS.c.is_active))
        .join(_ROLES, held_today)
        .join(_BODIES, _BODIES.c.id == _ROLES.c.organisation_id)
        .join(AREAS, AREAS.c.id == SUBSTITUTIONS.c.organisation_id)
        .join(STATES, STATES.c.substitution_id == SUBSTITUTIONS.c.id)
    )


# The roles lent to a person; the first columns are those of a role of one's own.
LENT: Select[Any] = (
    select(
        _ROLES.c.id.label("assignment_id"),
        _ROLES.c.role,
        _BODIES.c.id,
        _BODIES.c.name,
        _BODIES.c.path,
        _BODIES.c.type,
        SUBSTITUTIONS.c.id.label("substitution_id"),
        SUBSTITUTIONS.c.principal_id,
        PRINCIPALS.c.display_name.label("principal_name"),
        AREAS.c.path.label("area_path"),
        AREAS.c.type.label("area_type"),
        STATES.c.state,
    )
    .select_from(lent_rows(SUBSTITUTIONS))
    .where(SUBSTITUTIONS.c.substitute_id == bindparam("person"), IN_FORCE)
)


def limits_of(rows: Sequence[Any]) -> list[tuple[Any, Lent]]:
    """One (row with the role and its body, limits) for each substitution and body; the rows differ in the state."""
    states: dict[tuple[int, int], set[str]] = {}
    first: dict[tuple[int, int], Any] = {}
    for row in rows:
        key = (row.substitution_id, row.id)
        first.setdefault(key, row)
        states.setdefault(key, set()).add(row.state)
    return [
        (
            row,
            Lent(
                row.principal_id,
                row.principal_name,
                frozenset(states[key]),
                scope_of(row.area_type, row.area_path),
            ),
        )
        for key, row in first.items()
    ]
