"""Who acts: a person with roles held at organisations, and what that lets them do on a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, null, or_, select, union_all
from sqlalchemy.orm import Session

from workflow.definition.model import Definition, Group, Transition
from workflow.engine.lending import LENT, TODAY, Lent, limits_of, waits_there
from workflow.engine.records import Placed
from workflow.errors import NotFound
from workflow.models import Organisation, RoleAssignment, User
from workflow.models.base import table_of
from workflow.models.organisation import MAY_APPROVE, scope_of
from workflow.prepared import Prepared, Values

SEES_PERSONS = frozenset({"clerk", "approver", "org_dept", "social_work"})
SEES_SUBTREE = SEES_PERSONS | {"federation"}


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role at an organisation; `scope_path` is the prefix of the area it covers. `lent`: held for somebody else."""

    role: str
    organisation_id: int
    organisation_name: str
    organisation_path: str
    scope_path: str
    may_approve: bool
    lent: Lent | None = None

    @property
    def principal_id(self) -> int | None:
        """In whose place it is held; None for a role of one's own."""
        return self.lent.principal_id if self.lent else None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system itself, without an id) as the engine sees them for one action.

    `roles` are the person's own; `lent` are those of others, each good only where its case waits for that other.
    """

    id: int | None
    roles: tuple[HeldRole, ...]
    lent: tuple[HeldRole, ...] = ()

    def sees(self, case: Placed) -> bool:
        return self.role_on(case) is not None

    def role_on(self, case: Placed) -> HeldRole | None:
        """The first role by which the person sees the case, one's own before a lent one, or None."""
        own = (
            held
            for held in self.roles
            if (held.role == "instructor" and case.instructor_id == self.id)
            or (_oversees(held.role, case) and case.scope_path.startswith(held.scope_path))
        )
        return next(own, None) or self.stands_in_on(case)

    def stands_in_on(self, case: Placed) -> HeldRole | None:
        """The role lent to this person by which the case waits for them, or None."""
        return next(iter(self.lent_on(case)), None)

    def lent_on(self, case: Placed) -> list[HeldRole]:
        """All roles lent to this person by which the case waits for them."""
        return [held for held in self.lent if _waits(held, case, self.id)]

    def may_act_as(self, group: Group, case: Placed, committee_path: str) -> HeldRole | None:
        """The role by which the person belongs to a group on this case, or None."""
        own = (held for held in self.roles if _belongs(held, group, case, committee_path, self.id))
        lent = (
            held
            for held in self.lent
            if _waits(held, case, self.id) and _belongs(held, group, case, committee_path, held.principal_id)
        )
        return next(own, None) or next(lent, None)

    def role_for(self, transition: Transition, definition: Definition, case: Placed, path: str) -> HeldRole | None:
        """The role by which the person may take an action on this case, or None; one's own goes before a lent one."""
        found = [self.may_act_as(definition.groups[code], case, path) for code in transition.by]
        held = [one for one in found if one is not None]
        return next((one for one in held if one.lent is None), next(iter(held), None))


def _oversees(role: str, case: Placed) -> bool:
    """The federation sees how foundings go, and no personal details (domain section 10)."""
    return role in SEES_SUBTREE if case.person_id is None else role in SEES_PERSONS


def _waits(held: HeldRole, case: Placed, substitute_id: int | None) -> bool:
    """The case waits for a lent role: inside its limits, and at the place where that role is asked."""
    if held.lent is None or not held.lent.covers(case, substitute_id):
        return False
    return waits_there(case, held.role, held.organisation_id, held.scope_path, held.lent.principal_id)


def _belongs(held: HeldRole, group: Group, case: Placed, committee_path: str, user_id: int | None) -> bool:
    if held.role not in group.roles:
        return False
    if group.at == "case":
        return user_id is not None and case.instructor_id == user_id
    if group.at == "committee":
        return held.organisation_id == case.committee_id
    if group.at == "area":
        return case.scope_path.startswith(held.scope_path)
    if group.at == "chamber":
        return held.organisation_path == case.scope_path and held.organisation_id != case.committee_id
    return (
        held.may_approve
        and held.organisation_id != case.committee_id
        and committee_path.startswith(held.organisation_path)
    )


_USERS, _ROLES, _BODIES = table_of(User), table_of(RoleAssignment), table_of(Organisation)
_NOT_LENT = ("substitution_id", "principal_id", "principal_name", "area_path", "area_type", "state")
_OWN = (
    select(
        _ROLES.c.id.label("assignment_id"),
        _ROLES.c.role,
        _BODIES.c.id,
        _BODIES.c.name,
        _BODIES.c.path,
        _BODIES.c.type,
        *(null().label(name) for name in _NOT_LENT),
    )
    .select_from(_USERS)
    .outerjoin(
        _ROLES,
        (_ROLES.c.user_id == _USERS.c.id)
        & (_ROLES.c.valid_from <= TODAY)
        & or_(_ROLES.c.valid_to.is_(None), _ROLES.c.valid_to >= TODAY),
    )
    .outerjoin(_BODIES, _BODIES.c.id == _ROLES.c.organisation_id)
    .where(_USERS.c.id == bindparam("person"), _USERS.c.is_active)
)
_ROLES_OF_PERSON = Prepared(union_all(_OWN, LENT).order_by("substitution_id", "assignment_id"))


def load_actor(session: Session, user_id: int, today: date) -> Actor:
    """The active person and the roles good on the day. Raises NotFound for nobody or a disabled account."""
    roles, values = question_about(user_id, today)
    return actor_of(user_id, roles.rows(session.connection(), values))


def question_about(user_id: int, today: date) -> tuple[Prepared, Values]:
    """What is read for `actor_of`: the person's own roles, and those that are lent."""
    return _ROLES_OF_PERSON, {"person": user_id, "today": today}


def actor_of(user_id: int, roles: Sequence[Any]) -> Actor:
    own = [row for row in roles if row.substitution_id is None]
    if not own:
        raise NotFound("user", user_id)
    lent = [row for row in roles if row.substitution_id is not None]
    return Actor(
        user_id,
        tuple(_held(row) for row in own if row.role is not None),
        tuple(_held(row, limits) for row, limits in limits_of(lent)),
    )


def _held(row: Any, lent: Lent | None = None) -> HeldRole:
    return HeldRole(row.role, row.id, row.name, row.path, scope_of(row.type, row.path), row.type in MAY_APPROVE, lent)
