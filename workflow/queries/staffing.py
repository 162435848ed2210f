"""Work items that nobody can take up: the holder left or is away, or nobody who is there has the role at that place."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, Select, select, union_all
from sqlalchemy.orm import aliased

from workflow.definition.versions import Versions
from workflow.models import Assignment, Case, Organisation, RoleAssignment, User, WorkItem
from workflow.queries.absence import area_of, cases_stood_in_for, holders
from workflow.queries.posts import Post, posts
from workflow.queries.versions import item_lives_by


def cases_nobody_holds(versions: Versions, today: date) -> CompoundSelect[int]:
    """The cases whose next step is for people of whom none is there today, and no substitute of theirs; and those
    whose instructor left, whoever has the next step: the managers have to name another.

    The few absent people and empty places are found first, and then their items: an index leads to them.
    """
    groups = versions.alike(posts)
    searches = [
        select(WorkItem.case_id).where(
            WorkItem.closed_at.is_(None),
            WorkItem.state.in_(post.states),
            _is_vacant(post, today),
            *([item_lives_by(numbers)] if len(groups) > 1 else []),
        )
        for definition, numbers in groups
        for post in posts(definition)
    ]
    without_instructor = select(Case.id).where(
        Case.instructor_id.is_(None), Case.finished_on.is_(None), Case.id.in_(select(Assignment.case_id))
    )
    vacant = union_all(*searches).subquery()
    unattended = select(vacant.c.case_id).where(vacant.c.case_id.not_in(cases_stood_in_for(today)))
    return union_all(unattended, without_instructor)


def _is_vacant(post: Post, today: date) -> ColumnElement[bool]:
    present, is_ours = holders(post.roles, today), WorkItem.role == post.group.code
    if post.group.at == "case":
        absent = select(User.id).where(User.id.not_in(present.with_only_columns(RoleAssignment.user_id)))
        return WorkItem.user_id.in_(absent) & is_ours
    bodies = present.with_only_columns(RoleAssignment.organisation_id)
    staffed = bodies if post.group.at == "committee" else _covered(present)
    return WorkItem.organisation_id.in_(select(Organisation.id).where(Organisation.id.not_in(staffed))) & is_ours


def _covered(present: Select[RoleAssignment]) -> Select[int]:
    """The organisations in the area of one of the holders."""
    place, below = aliased(Organisation), aliased(Organisation)
    return (
        present.join(place, place.id == RoleAssignment.organisation_id)
        .join(below, below.path.startswith(area_of(place)))
        .with_only_columns(below.id)
    )
