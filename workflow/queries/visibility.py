"""Which cases and enterprises a person may know of, as conditions of a query."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select

from workflow.engine.actors import SEES_SUBTREE, Actor
from workflow.models import Case, Enterprise, Organisation
from workflow.models.case import founding
from workflow.queries.standing_in import waits_for_substitute


def _chambers_in_scope(actor: Actor) -> list[ColumnElement[bool]]:
    paths = {held.scope_path for held in actor.roles if held.role in SEES_SUBTREE}
    return [Organisation.path.startswith(path, autoescape=True) for path in sorted(paths)]


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Case`: own foundings of an instructor, the area of every other role, and what waits where the
    person stands in for somebody. Same as `Actor.sees`; persons' cases are no part of it (`members/reach.py`).
    """
    conditions = [waits_for_substitute(held, actor) for held in actor.lent]
    if any(held.role == "instructor" for held in actor.roles):
        conditions.append(Case.instructor_id == actor.id)
    if areas := _chambers_in_scope(actor):
        conditions.append(Case.chamber_id.in_(select(Organisation.id).where(or_(*areas))))
    return and_(founding(), or_(*conditions)) if conditions else false()


def visible_enterprises(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Enterprise`, by the same rule."""
    conditions: list[ColumnElement[bool]] = []
    if actor.lent:
        waiting = or_(*(waits_for_substitute(held, actor) for held in actor.lent))
        conditions.append(Enterprise.id.in_(select(Case.enterprise_id).where(waiting)))
    if any(held.role == "instructor" for held in actor.roles):
        own = select(Case.enterprise_id).where(Case.instructor_id == actor.id, founding())
        conditions.append(Enterprise.id.in_(own))
    if areas := _chambers_in_scope(actor):
        conditions.append(Enterprise.chamber_id.in_(select(Organisation.id).where(or_(*areas))))
    return or_(*conditions) if conditions else false()
