"""Who belongs to a group on a case right now: the people to tell, or to hold a work item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from workflow.definition.model import Definition, Group
from workflow.engine.records import Placed
from workflow.models import Organisation, RoleAssignment, User
from workflow.models.base import table_of
from workflow.models.organisation import DEEPEST, MAY_APPROVE, scope_of
from workflow.outbox import Recipient
from workflow.prepared import Prepared
from workflow.roles import ROLE_NAMES

HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in a group on a case, by one role."""

    user_id: int
    email: str | None
    role: str


_USERS, _ROLES, _BODIES = table_of(User), table_of(RoleAssignment), table_of(Organisation)
# A prepared statement has a fixed number of places: those that are not needed hold what no row has.
_ROLE_PLACES = [f"role_{n}" for n in range(len(ROLE_NAMES))]
_PATH_PLACES = [f"body_{n}" for n in range(DEEPEST)]
_NO_ROLES, _NO_BODIES = [""] * len(_ROLE_PLACES), [0] * DEEPEST
_ON_PATH = [bindparam(place, type_=_BODIES.c.id.type) for place in _PATH_PLACES]
# Role holders at the bodies that can matter: those on the case's path, departments beside it, and the instructor.
_CANDIDATES = Prepared(
    select(
        _USERS.c.id.label("user_id"),
        _USERS.c.email,
        _ROLES.c.role,
        _BODIES.c.id.label("organisation_id"),
        _BODIES.c.path,
        _BODIES.c.type,
    )
    .join_from(_USERS, _ROLES, _ROLES.c.user_id == _USERS.c.id)
    .join(_BODIES, _BODIES.c.id == _ROLES.c.organisation_id)
    .where(
        _USERS.c.is_active,
        _ROLES.c.valid_from <= bindparam("today"),
        or_(_ROLES.c.valid_to.is_(None), _ROLES.c.valid_to >= bindparam("today")),
        or_(
            and_(
                or_(*(_ROLES.c.role == bindparam(place) for place in _ROLE_PLACES)),
                or_(*(_BODIES.c.id == body for body in _ON_PATH), *(_BODIES.c.parent_id == body for body in _ON_PATH)),
            ),
            _USERS.c.id == bindparam("instructor"),
        ),
    )
    .order_by(_USERS.c.id)
)


def holder_of(definition: Definition, case: Placed) -> Group:
    """Who has the next step: the state's owner, or who has to go first there; the managers where the case has no
    instructor yet to have it.
    """
    state = definition.states[case.state]
    first = state.first_due(case.facts)
    owner = definition.groups[first.owner if first else state.owner]
    if owner.at == "case" and case.instructor_id is None:
        return definition.groups[definition.states[definition.initial].owner]
    return owner


def people_for(
    connection: Connection,
    case: Placed,
    groups: Sequence[str],
    *,
    definition: Definition,
    today: date,
    leaving_out: Iterable[int | None] = (),
) -> list[Recipient]:
    """Active people of the groups on a case, each once, as (user id, e-mail). "holder" means `holder_of`."""
    left_out = set(leaving_out)
    found = {
        seat.user_id: seat.email
        for seat in seats_for(connection, case, groups, definition=definition, today=today)
        if seat.user_id not in left_out
    }
    return list(found.items())


def seats_for(
    connection: Connection, case: Placed, groups: Sequence[str], *, definition: Definition, today: date
) -> list[Seat]:
    """The roles by which active people belong to the groups on a case, group by group, by account within each."""
    wanted = [holder_of(definition, case) if g == HOLDER else definition.groups[g] for g in groups]
    roles = {role for group in wanted if group.at != "case" for role in group.roles}
    # The committee lies on the path too: it is the chamber itself or a body above it.
    bodies = [int(part) for part in case.scope_path.strip("/").split("/")]
    places: dict[str, Any] = {"today": today, "instructor": case.instructor_id}
    places.update(zip(_ROLE_PLACES, [*sorted(roles), *_NO_ROLES], strict=False))
    places.update(zip(_PATH_PLACES, [*bodies, *_NO_BODIES], strict=False))
    rows = _CANDIDATES.rows(connection, places)
    return [Seat(row.user_id, row.email, row.role) for group in wanted for row in rows if _is_in(row, group, case)]


def _is_in(row: Any, group: Group, case: Placed) -> bool:
    if row.role not in group.roles:
        return False
    if group.at == "case":
        return bool(row.user_id == case.instructor_id)
    if group.at == "committee":
        return bool(row.organisation_id == case.committee_id)
    if group.at == "area":
        return case.scope_path.startswith(scope_of(row.type, row.path))
    return row.type in MAY_APPROVE and row.organisation_id != case.committee_id
