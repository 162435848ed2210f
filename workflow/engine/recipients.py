"""Who belongs to a group on a case right now: the people to tell, or to hold a work item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.orm import Session

from workflow.definition.model import Definition, Group
from workflow.models import Case, Organisation, RoleAssignment, User
from workflow.models.base import table_of
from workflow.models.organisation import MAY_APPROVE, scope_of
from workflow.outbox import Recipient

HOLDER = "holder"


_USERS, _ROLES, _BODIES = table_of(User), table_of(RoleAssignment), table_of(Organisation)
# Role holders at the bodies that can matter: those on the case's path, departments beside it, and the instructor.
_CANDIDATES = (
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
        _ROLES.c.role.in_(bindparam("roles", expanding=True)),
        _ROLES.c.valid_from <= bindparam("today"),
        or_(_ROLES.c.valid_to.is_(None), _ROLES.c.valid_to >= bindparam("today")),
        or_(
            _BODIES.c.id.in_(bindparam("on_path", expanding=True)),
            _BODIES.c.parent_id.in_(bindparam("on_path", expanding=True)),
            _USERS.c.id == bindparam("instructor"),
        ),
    )
    .order_by(_USERS.c.id)
)


def holder_of(definition: Definition, case: Case) -> Group:
    """Who has the next step: the state's owner, or the managers where the case has no instructor yet to have it."""
    owner = definition.groups[definition.states[case.state].owner]
    if owner.at == "case" and case.instructor_id is None:
        return definition.groups[definition.states[definition.initial].owner]
    return owner


def people_for(
    session: Session | Connection,
    case: Case,
    groups: Sequence[str],
    *,
    definition: Definition,
    today: date,
    leaving_out: Iterable[int | None] = (),
) -> list[Recipient]:
    """Active people of the groups on a case, each once, as (user id, e-mail). "holder" means `holder_of`."""
    wanted = [holder_of(definition, case) if g == HOLDER else definition.groups[g] for g in groups]
    rows = session.execute(
        _CANDIDATES,
        {
            "roles": sorted({role for group in wanted for role in group.roles}),
            "today": today,
            # The committee lies on the path too: it is the chamber itself or a body above it.
            "on_path": [int(part) for part in case.scope_path.strip("/").split("/")],
            "instructor": case.instructor_id,
        },
    )
    left_out = set(leaving_out)
    found = {
        row.user_id: row.email
        for row in rows
        if row.user_id not in left_out and any(_is_in(row, group, case) for group in wanted)
    }
    return list(found.items())


def _is_in(row: Any, group: Group, case: Case) -> bool:
    if row.role not in group.roles:
        return False
    if group.at == "case":
        return bool(row.user_id == case.instructor_id)
    if group.at == "committee":
        return bool(row.organisation_id == case.committee_id)
    if group.at == "area":
        return case.scope_path.startswith(scope_of(row.type, row.path))
    return row.type in MAY_APPROVE and row.organisation_id != case.committee_id
