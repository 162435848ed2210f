"""The tree of bodies as a person may see it, with who holds a role where."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workflow.engine.actors import SEES_SUBTREE, Actor
from workflow.models import Organisation, RoleAssignment, User
from workflow.queries.areas import in_tree_order

# Sees every body of its own area without seeing any case.
KEEPS_THE_TREE = "admin"


@dataclass(frozen=True, slots=True)
class Body:
    """`depth` is 0 for the uppermost body that is shown; `people` are (role, how many active people hold it)."""

    organisation: Organisation
    depth: int
    people: tuple[tuple[str, int], ...]


def organisation_tree(session: Session, actor: Actor, today: date) -> list[Body]:
    """Each body below its parent."""
    areas = sorted({held.scope_path for held in actor.roles if held.role in {KEEPS_THE_TREE, *SEES_SUBTREE}})
    if not areas:
        return []
    within = or_(*(Organisation.path.startswith(path, autoescape=True) for path in areas))
    found = sorted(session.scalars(select(Organisation).where(within)), key=lambda body: in_tree_order(body.path))
    people = _people(session, today)
    top = min((body.path.count("/") for body in found), default=0)
    return [Body(body, body.path.count("/") - top, tuple(people[body.id])) for body in found]


def _people(session: Session, today: date) -> dict[int, list[tuple[str, int]]]:
    rows = session.execute(
        select(RoleAssignment.organisation_id, RoleAssignment.role, func.count(User.id.distinct()))
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            User.is_active,
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
        )
        .group_by(RoleAssignment.organisation_id, RoleAssignment.role)
        .order_by(RoleAssignment.role)
    )
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for organisation_id, role, number in rows:
        found[organisation_id].append((role, number))
    return found
