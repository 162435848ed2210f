"""Who acts: a person with roles held at organisations, and what that lets them do on a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from workflow.definition.model import Definition, Group, Transition
from workflow.engine.records import Placed
from workflow.errors import NotFound
from workflow.models import Organisation, RoleAssignment, User
from workflow.models.base import table_of
from workflow.models.organisation import MAY_APPROVE, scope_of
from workflow.prepared import Prepared

SEES_SUBTREE = frozenset({"clerk", "approver", "org_dept", "social_work", "federation"})


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role at an organisation; `scope_path` is the prefix of the area it covers."""

    role: str
    organisation_id: int
    organisation_name: str
    organisation_path: str
    scope_path: str
    may_approve: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system itself, without an id) as the engine sees them for one action."""

    id: int | None
    roles: tuple[HeldRole, ...]

    def sees(self, case: Placed) -> bool:
        return self.role_on(case) is not None

    def role_on(self, case: Placed) -> HeldRole | None:
        """The first role by which the person sees the case, or None."""
        return next(
            (
                held
                for held in self.roles
                if (held.role == "instructor" and case.instructor_id == self.id)
                or (held.role in SEES_SUBTREE and case.scope_path.startswith(held.scope_path))
            ),
            None,
        )

    def may_act_as(self, group: Group, case: Placed, committee_path: str) -> HeldRole | None:
        """The role by which the person belongs to a group on this case, or None."""
        return next((held for held in self.roles if _belongs(held, group, case, committee_path, self.id)), None)

    def role_for(self, transition: Transition, definition: Definition, case: Placed, path: str) -> HeldRole | None:
        """The role by which the person may take an action on this case, or None."""
        found = (self.may_act_as(definition.groups[code], case, path) for code in transition.by)
        return next((held for held in found if held is not None), None)


def _belongs(held: HeldRole, group: Group, case: Placed, committee_path: str, user_id: int | None) -> bool:
    if held.role not in group.roles:
        return False
    if group.at == "case":
        return user_id is not None and case.instructor_id == user_id
    if group.at == "committee":
        return held.organisation_id == case.committee_id
    if group.at == "area":
        return case.scope_path.startswith(held.scope_path)
    return (
        held.may_approve
        and held.organisation_id != case.committee_id
        and committee_path.startswith(held.organisation_path)
    )


_USERS, _ROLES, _BODIES = table_of(User), table_of(RoleAssignment), table_of(Organisation)
ROLES_OF_PERSON = Prepared(
    select(_ROLES.c.role, _BODIES.c.id, _BODIES.c.name, _BODIES.c.path, _BODIES.c.type)
    .select_from(_USERS)
    .outerjoin(
        _ROLES,
        (_ROLES.c.user_id == _USERS.c.id)
        & (_ROLES.c.valid_from <= bindparam("today"))
        & or_(_ROLES.c.valid_to.is_(None), _ROLES.c.valid_to >= bindparam("today")),
    )
    .outerjoin(_BODIES, _BODIES.c.id == _ROLES.c.organisation_id)
    .where(_USERS.c.id == bindparam("person"), _USERS.c.is_active)
    .order_by(_ROLES.c.id)
)


def load_actor(session: Session, user_id: int, today: date) -> Actor:
    """One query: the active person and the roles valid on the day. Raises NotFound for nobody or a disabled account."""
    return actor_of(user_id, ROLES_OF_PERSON.rows(session.connection(), {"person": user_id, "today": today}))


def actor_of(user_id: int, rows: Sequence[Any]) -> Actor:
    if not rows:
        raise NotFound("user", user_id)
    return Actor(
        user_id,
        tuple(
            HeldRole(r.role, r.id, r.name, r.path, scope_of(r.type, r.path), r.type in MAY_APPROVE)
            for r in rows
            if r.role is not None
        ),
    )
