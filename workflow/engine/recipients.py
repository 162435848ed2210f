"""Who belongs to a group on a case right now: the people to tell, or to hold a work item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, null, or_, select, union, union_all

from workflow.definition.model import Definition, Group
from workflow.engine.lending import AREAS, IN_FORCE, SUBSTITUTIONS, TODAY, lent_rows, waits_there
from workflow.engine.lending import STATES as LENT_STATES
from workflow.engine.records import Placed
from workflow.models import Organisation, RoleAssignment, User
from workflow.models.base import table_of
from workflow.models.organisation import DEEPEST, DEPARTMENTS, MAY_APPROVE, scope_of
from workflow.prepared import Prepared
from workflow.roles import ROLE_NAMES

HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in a group on a case, by one role; `principal_id` is whom they stand in for, None in their own right."""

    user_id: int
    role: str
    principal_id: int | None = None


@dataclass(frozen=True, slots=True)
class Holders:
    """Rows of people with their roles, and of those who stand in for somebody: all of the same columns."""

    own: Sequence[Any]
    standing_in: Sequence[Any]


_USERS, _ROLES, _BODIES = table_of(User), table_of(RoleAssignment), table_of(Organisation)
# A prepared statement has a fixed number of places: those that are not needed hold what no row has.
_ROLE_PLACES = [f"role_{n}" for n in range(len(ROLE_NAMES))]
_PATH_PLACES = [f"body_{n}" for n in range(DEEPEST)]
_NO_ROLES, _NO_BODIES = [""] * len(_ROLE_PLACES), [0] * DEEPEST
_IS_DEPARTMENT = or_(*(_BODIES.c.type == kind for kind in sorted(DEPARTMENTS)))
_ON_PATH = [bindparam(place, type_=_BODIES.c.id.type) for place in _PATH_PLACES]
_HOLDERS = (
    select(
        _USERS.c.id.label("user_id"),
        _ROLES.c.role,
        _BODIES.c.id.label("organisation_id"),
        _BODIES.c.path,
        _BODIES.c.type,
        null().label("principal_id"),
        null().label("area_path"),
        null().label("area_type"),
        null().label("state"),
    )
    .join_from(_USERS, _ROLES, _ROLES.c.user_id == _USERS.c.id)
    .join(_BODIES, _BODIES.c.id == _ROLES.c.organisation_id)
    .where(
        _USERS.c.is_active,
        _ROLES.c.valid_from <= TODAY,
        or_(_ROLES.c.valid_to.is_(None), _ROLES.c.valid_to >= TODAY),
    )
)
# Whoever stands in today for somebody in a state; few at a time, so that the place is judged row by row.
_STOOD_IN_FOR = (
    select(
        _USERS.c.id.label("user_id"),
        _ROLES.c.role,
        _BODIES.c.id.label("organisation_id"),
        _BODIES.c.path,
        _BODIES.c.type,
        SUBSTITUTIONS.c.principal_id,
        AREAS.c.path.label("area_path"),
        AREAS.c.type.label("area_type"),
        LENT_STATES.c.state,
    )
    .select_from(lent_rows(SUBSTITUTIONS.join(_USERS, _USERS.c.id == SUBSTITUTIONS.c.substitute_id)))
    .where(_USERS.c.is_active, IN_FORCE)
)
# Role holders at the bodies that can matter: those on the case's path, departments beside it; and the instructor.
# Apart, because a store that has to choose by one or the other reads all accounts there are.
_CANDIDATES = Prepared(
    union(
        _STOOD_IN_FOR.where(LENT_STATES.c.state == bindparam("state")),
        _HOLDERS.where(
            or_(*(_ROLES.c.role == bindparam(place) for place in _ROLE_PLACES)),
            or_(
                or_(*(_BODIES.c.id == body for body in _ON_PATH)),
                or_(*(_BODIES.c.parent_id == body for body in _ON_PATH)) & _IS_DEPARTMENT,
            ),
        ),
        _HOLDERS.where(_USERS.c.id == bindparam("instructor")),
    ).order_by("user_id")
)


def holder_of(definition: Definition, case: Placed) -> Group:
    """Who has the next step: the state's owner, or who has to go first there; the managers where the case has no
    instructor yet to have it.
    """
    state = definition.states[case.state]
    first = state.first_due(case.facts)
    owner = definition.groups[first.owner if first else state.owner]
    if owner.at == "case" and case.instructor_id is None:
        return definition.groups["manager"]
    return owner


def people_for(
    connection: Connection,
    case: Placed,
    groups: Sequence[str],
    *,
    definition: Definition,
    today: date,
    leaving_out: Iterable[int | None] = (),
    among: Holders | None = None,
) -> list[int]:
    """Active people of the groups on a case, each once. "holder" means `holder_of`.

    Where the case waits for one of them, whoever stands in for that person is told as well. `among` is what
    `role_holders` read before, for many cases at once.
    """
    left_out = set(leaving_out)
    seats = seats_for(connection, case, groups, definition=definition, today=today, among=among)
    return [user_id for user_id in dict.fromkeys(seat.user_id for seat in seats) if user_id not in left_out]


def seats_for(
    connection: Connection,
    case: Placed,
    groups: Sequence[str],
    *,
    definition: Definition,
    today: date,
    among: Holders | None = None,
) -> list[Seat]:
    """The roles by which active people belong to the groups on a case, group by group, by account within each; those
    who stand in for one of them have a seat with that `principal_id`."""
    wanted = [holder_of(definition, case) if g == HOLDER else definition.groups[g] for g in groups]
    holders = _candidates(connection, case, wanted, today) if among is None else among
    lent = [row for row in holders.standing_in if row.state == case.state and _waits_for(row, case)]
    return [
        Seat(row.user_id, row.role, row.principal_id)
        for group in wanted
        for row in (*holders.own, *lent)
        if _is_in(row, group, case)
    ]


def role_holders(connection: Connection, cases: Iterable[Placed], today: date) -> Holders:
    """Everybody who can be concerned by any of the cases, in one query; `seats_for` picks those of one case."""
    cases = list(cases)
    bodies = {int(part) for case in cases for part in case.scope_path.strip("/").split("/")}
    instructors = {case.instructor_id for case in cases if case.instructor_id is not None}
    beside = _BODIES.c.parent_id.in_(bodies) & _IS_DEPARTMENT
    near = or_(_BODIES.c.id.in_(bodies), beside, _USERS.c.id.in_(instructors))
    everybody = union_all(_HOLDERS.where(near), _STOOD_IN_FOR).order_by("user_id")
    return _parted(connection.execute(everybody, {"today": today}).all())


def _candidates(connection: Connection, case: Placed, wanted: Sequence[Group], today: date) -> Holders:
    roles = {role for group in wanted if group.at != "case" for role in group.roles}
    # The committee lies on the path too: it is the chamber itself or a body above it.
    bodies = [int(part) for part in case.scope_path.strip("/").split("/")]
    places: dict[str, Any] = {"today": today, "instructor": case.instructor_id, "state": case.state}
    places.update(zip(_ROLE_PLACES, [*sorted(roles), *_NO_ROLES], strict=False))
    places.update(zip(_PATH_PLACES, [*bodies, *_NO_BODIES], strict=False))
    return _parted(_CANDIDATES.rows(connection, places))


def _parted(rows: Sequence[Any]) -> Holders:
    return Holders(
        [row for row in rows if row.principal_id is None], [row for row in rows if row.principal_id is not None]
    )


def _waits_for(row: Any, case: Placed) -> bool:
    """The same judgement as `Actor.stands_in_on`, on a row of a substitute."""
    if row.user_id == case.instructor_id or not case.scope_path.startswith(scope_of(row.area_type, row.area_path)):
        return False
    return waits_there(case, row.role, row.organisation_id, scope_of(row.type, row.path), row.principal_id)


def _is_in(row: Any, group: Group, case: Placed) -> bool:
    if row.role not in group.roles:
        return False
    if group.at == "case":
        return case.instructor_id is not None and case.instructor_id in (row.user_id, row.principal_id)
    if group.at == "committee":
        return bool(row.organisation_id == case.committee_id)
    if group.at == "area":
        return case.scope_path.startswith(scope_of(row.type, row.path))
    if group.at == "chamber":
        return bool(row.path == case.scope_path and row.organisation_id != case.committee_id)
    is_on_path = case.scope_path.startswith(row.path)
    return is_on_path and row.type in MAY_APPROVE and row.organisation_id != case.committee_id
