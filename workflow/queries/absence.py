"""Who is there today: active, in office and not on leave; and what a substitute has in hand meanwhile.

Aliased tables have no type of their own, hence `Any`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, or_, select
from sqlalchemy.orm import aliased

from workflow.models import Case, Leave, Organisation, RoleAssignment, Substitution, SubstitutionState, User, WorkItem
from workflow.models.organisation import DEPARTMENTS
from workflow.queries.posts import Post


def on_leave(person: Any, today: date) -> ColumnElement[bool]:
    return exists(
        select(Leave.id).where(
            Leave.person_id == person, Leave.ended_at.is_(None), Leave.from_on <= today, Leave.to_on >= today
        )
    )


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


def stood_in_for(post: Post, today: date) -> ColumnElement[bool]:
    """The condition on `WorkItem`: a substitute who is there can take the step of this post."""
    held, area, at = aliased(RoleAssignment), aliased(Organisation), aliased(Case)
    substitute, principal = aliased(User), aliased(User)
    query = (
        select(Substitution.id)
        .join(SubstitutionState, SubstitutionState.substitution_id == Substitution.id)
        .join(substitute, substitute.id == Substitution.substitute_id)
        .join(principal, principal.id == Substitution.principal_id)
        .join(held, (held.user_id == Substitution.principal_id) & (held.role == Substitution.role))
        .join(area, area.id == Substitution.organisation_id)
        .join(at, at.id == WorkItem.case_id)
        .where(
            Substitution.role.in_(sorted(post.roles)),
            Substitution.from_on <= today,
            Substitution.to_on >= today,
            Substitution.ended_at.is_(None),
            SubstitutionState.state == WorkItem.state,
            substitute.is_active,
            principal.is_active,
            ~on_leave(substitute.id, today),
            held.valid_from <= today,
            or_(held.valid_to.is_(None), held.valid_to >= today),
            at.instructor_id.is_distinct_from(substitute.id),
            at.scope_path.startswith(area_of(area)),
            _is_at(post, held, principal, at),
        )
    )
    return exists(query.correlate(WorkItem))


def _is_at(post: Post, held: Any, principal: Any, at: Any) -> Any:
    if post.group.at == "case":
        return at.instructor_id == principal.id
    if post.group.at == "committee":
        return held.organisation_id == at.committee_id
    place = aliased(Organisation)
    return exists(select(place.id).where(place.id == held.organisation_id, at.scope_path.startswith(area_of(place))))
