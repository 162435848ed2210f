"""Work items that nobody can take up: the holder left, or no active person has the role at that place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, Select, case, or_, select, union_all
from sqlalchemy.orm import aliased

from workflow.definition.versions import Versions
from workflow.models import Organisation, RoleAssignment, User, WorkItem
from workflow.models.organisation import DEPARTMENTS
from workflow.queries.posts import Post, posts
from workflow.queries.versions import item_lives_by


def cases_nobody_holds(versions: Versions, today: date) -> CompoundSelect[int]:
    """The cases whose next step is for people of whom none is there today.

    The few absent people and empty places are found first, and then their items: an index leads to them.
    """
    groups = versions.alike(posts)
    searches = [
        select(WorkItem.case_id).where(
            WorkItem.closed_at.is_(None),
            WorkItem.role == post.group.code,
            WorkItem.state.in_(post.states),
            condition,
            *([item_lives_by(numbers)] if len(groups) > 1 else []),
        )
        for definition, numbers in groups
        for post in posts(definition)
        for condition in _vacancies(post, today)
    ]
    return union_all(*searches)


def _vacancies(post: Post, today: date) -> Iterable[ColumnElement[bool]]:
    holders = _holders(post.roles, today)
    if post.group.at == "case":
        present = holders.with_only_columns(RoleAssignment.user_id)
        return WorkItem.user_id.is_(None), WorkItem.user_id.in_(select(User.id).where(User.id.not_in(present)))
    bodies = holders.with_only_columns(RoleAssignment.organisation_id)
    staffed = bodies if post.group.at == "committee" else _covered(holders)
    return (WorkItem.organisation_id.in_(select(Organisation.id).where(Organisation.id.not_in(staffed))),)


def _holders(roles: Iterable[str], today: date) -> Select[RoleAssignment]:
    return (
        select(RoleAssignment)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            User.is_active,
            RoleAssignment.role.in_(sorted(roles)),
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
        )
    )


def _covered(holders: Select[RoleAssignment]) -> Select[int]:
    """The organisations in the area of one of the holders; a department serves its parent's area."""
    place, parent, below = aliased(Organisation), aliased(Organisation), aliased(Organisation)
    area = case((place.type.in_(sorted(DEPARTMENTS)), parent.path), else_=place.path)
    return (
        holders.join(place, place.id == RoleAssignment.organisation_id)
        .outerjoin(parent, parent.id == place.parent_id)
        .join(below, below.path.startswith(area))
        .with_only_columns(below.id)
    )
