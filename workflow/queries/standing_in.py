"""What waits for a person who stands in for another, as a condition of a query."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false

from workflow.engine.actors import Actor, HeldRole
from workflow.engine.lending import WAITS_AT
from workflow.models import Case


def waits_for_substitute(held: HeldRole, actor: Actor) -> ColumnElement[bool]:
    """The condition on `Case`; the same as `Actor.stands_in_on` for one of the roles lent to the person."""
    lent, place = held.lent, WAITS_AT.get(held.role)
    if lent is None or place is None:
        return false()
    at: dict[str, ColumnElement[bool]] = {
        "case": Case.instructor_id == lent.principal_id,
        "committee": Case.committee_id == held.organisation_id,
        "area": Case.scope_path.startswith(held.scope_path, autoescape=True),
    }
    return and_(
        Case.state.in_(sorted(lent.states)),
        Case.scope_path.startswith(lent.area, autoescape=True),
        Case.instructor_id.is_distinct_from(actor.id),
        at[place],
    )
