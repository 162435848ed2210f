"""The bodies a person may narrow a list to: towns and chambers of the own area."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.engine.actors import SEES_SUBTREE, Actor
from workflow.models import Organisation, OrganisationKind


def bodies_in_area(session: Session, actor: Actor, *kinds: OrganisationKind) -> list[Organisation]:
    """In the order of the tree; none for a person who sees only own cases."""
    paths = sorted({held.scope_path for held in actor.roles if held.role in SEES_SUBTREE})
    if not paths:
        return []
    within = or_(*(Organisation.path.startswith(path, autoescape=True) for path in paths))
    found = session.scalars(select(Organisation).where(Organisation.kind.in_(kinds), within))
    return sorted(found, key=lambda body: in_tree_order(body.path))


def in_tree_order(path: str) -> tuple[int, ...]:
    """Sorts bodies as the tree lists them: each below its parent, the earlier one first."""
    return tuple(int(part) for part in path.split("/") if part)


def body_names(session: Session, ids: list[int]) -> dict[int, str]:
    """Names by number; numbers of nothing are left out."""
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
