"""Who is there today: active, in office and not on leave; and what a substitute has in hand meanwhile.

Aliased tables have no type of their own, hence `Any`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import aliased

from workflow.engine.lending import WAITS_AT
from workflow.models import Case, Leave, Organisation, RoleAssignment, Substitution, SubstitutionState, User
from workflow.models.organisation import DEPARTMENTS


def on_leave(person: Any, today: date) -> ColumnElement[bool]:
    away = select(Leave.person_id).where(Leave.ended_at.is_(None), Leave.from_on <= today, Leave.to_on >= today)
    return cast(ColumnElement[bool], person.in_(away))


def holders(roles: Iterable[str], today: date) -> Select[RoleAssignment]:
    """Roles held today by people who are there."""
    return (
        select(RoleAssignment)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            User.is_active,
            RoleAssignment.role.in_(sorted(roles)),
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
            ~on_leave(User.id, today),
        )
    )


def area_of(place: Any) -> ColumnElement[str]:
    """The prefix a body's people serve, as `scope_of` says it: a department serves its parent's area."""
    parent = aliased(Organisation)
    above = select(parent.path).where(parent.id == place.parent_id).correlate(place).scalar_subquery()
    return case((place.type.in_(sorted(DEPARTMENTS)), above), else_=place.path)


def cases_stood_in_for(today: date) -> Select[int]:
    """The cases that wait for somebody for whom a substitute who is there can act.

    Begins with the few substitutions of the day, so that it costs little where there are none.
    """
    held, body, area, at = aliased(RoleAssignment), aliased(Organisation), aliased(Organisation), aliased(Case)
    substitute, principal = aliased(User), aliased(User)
    places: dict[str, ColumnElement[bool]] = {
        "case": at.instructor_id == principal.id,
        "committee": held.organisation_id == at.committee_id,
        "area": at.scope_path.startswith(area_of(body)),
    }
    waits = or_(*(and_(Substitution.role == role, places[place]) for role, place in WAITS_AT.items()))
    return (
        select(at.id)
        .select_from(Substitution)
        .join(SubstitutionState, SubstitutionState.substitution_id == Substitution.id)
        .join(substitute, substitute.id == Substitution.substitute_id)
        .join(principal, principal.id == Substitution.principal_id)
        .join(held, (held.user_id == Substitution.principal_id) & (held.role == Substitution.role))
        .join(body, body.id == held.organisation_id)
        .join(area, area.id == Substitution.organisation_id)
        .join(at, (at.state == SubstitutionState.state) & waits)
        .where(
            Substitution.from_on <= today,
            Substitution.to_on >= today,
            Substitution.ended_at.is_(None),
            substitute.is_active,
            principal.is_active,
            ~on_leave(substitute.id, today),
            held.valid_from <= today,
            or_(held.valid_to.is_(None), held.valid_to >= today),
            at.instructor_id.is_distinct_from(substitute.id),
            at.scope_path.startswith(area_of(area)),
        )
    )
