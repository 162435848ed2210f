"""Whose affairs a person may settle: their own, and a manager those of everybody who serves in the managed area."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.accounts import normal_username
from workflow.engine.actors import Actor
from workflow.errors import NotFound
from workflow.models import Organisation, RoleAssignment, User

MANAGERS = frozenset({"org_dept", "social_work"})
# A manager settles the affairs of those who work on cases; accounts of the system are the administrator's.
MANAGED = frozenset({"instructor", "clerk", "approver", *MANAGERS})


def managed_areas(actor: Actor) -> list[str]:
    return sorted({held.scope_path for held in actor.roles if held.role in MANAGERS})


def person_managed(session: Session, actor: Actor, username: str, *, lock: bool = False) -> User:
    """The account of somebody whose affairs the actor may settle; NotFound for all others, as if there were none."""
    query = select(User).where(User.username == normal_username(username))
    user = session.scalars(query.with_for_update(key_share=True) if lock else query).first()
    if user is None or not (user.id == actor.id or _serves_within(session, user.id, managed_areas(actor))):
        raise NotFound("user", username)
    return user


def _serves_within(session: Session, user_id: int, areas: list[str]) -> bool:
    """Holds or held a role there: a person who left is still found by those who knew them."""
    if not areas:
        return False
    paths = session.execute(
        select(Organisation.path)
        .join(RoleAssignment, RoleAssignment.organisation_id == Organisation.id)
        .where(RoleAssignment.user_id == user_id, RoleAssignment.role.in_(MANAGED))
    )
    return any(row.path.startswith(area) for row in paths for area in areas)


def people_managed(session: Session, actor: Actor, today: date) -> list[User]:
    """Active people who serve in the managed area, by name."""
    within = [Organisation.path.startswith(area, autoescape=True) for area in managed_areas(actor)]
    if not within:
        return []
    return list(
        session.scalars(
            select(User)
            .join(RoleAssignment, RoleAssignment.user_id == User.id)
            .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
            .where(
                User.is_active,
                RoleAssignment.role.in_(MANAGED),
                RoleAssignment.valid_from <= today,
                or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
                or_(*within),
            )
            .distinct()
            .order_by(User.username)
        )
    )
