"""Work items that nobody can take up: the holder left or is away, or nobody who is there has the role at that place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, Select, select, union_all
from sqlalchemy.orm import aliased

from workflow.definition.model import Definition
from workflow.models import Case, Organisation, RoleAssignment, User, WorkItem
from workflow.queries.absence import area_of, holders, stood_in_for
from workflow.queries.posts import Post, posts


def cases_nobody_holds(definition: Definition, today: date) -> CompoundSelect[int]:
    """The cases whose next step is for people of whom none is there today, and no substitute of theirs; and those
    whose instructor left, whoever has the next step: the managers have to name another.

    The few absent people and empty places are found first, and then their items: an index leads to them.
    """
    searches = [
        select(WorkItem.case_id).where(WorkItem.closed_at.is_(None), WorkItem.state.in_(post.states), condition)
        for post in posts(definition)
        for condition in _vacancies(post, today)
    ]
    without_instructor = select(Case.id).where(
        Case.instructor_id.is_(None), Case.finished_on.is_(None), Case.state != definition.initial
    )
    return union_all(*searches, without_instructor)


def _vacancies(post: Post, today: date) -> Iterable[ColumnElement[bool]]:
    present, is_ours = holders(post.roles, today), WorkItem.role == post.group.code
    unattended = is_ours & ~stood_in_for(post, today)
    if post.group.at == "case":
        absent = select(User.id).where(User.id.not_in(present.with_only_columns(RoleAssignment.user_id)))
        return (WorkItem.user_id.in_(absent) & unattended,)
    bodies = present.with_only_columns(RoleAssignment.organisation_id)
    staffed = bodies if post.group.at == "committee" else _covered(present)
    empty = select(Organisation.id).where(Organisation.id.not_in(staffed))
    return (WorkItem.organisation_id.in_(empty) & unattended,)


def _covered(present: Select[RoleAssignment]) -> Select[int]:
    """The organisations in the area of one of the holders."""
    place, below = aliased(Organisation), aliased(Organisation)
    return (
        present.join(place, place.id == RoleAssignment.organisation_id)
        .join(below, below.path.startswith(area_of(place)))
        .with_only_columns(below.id)
    )
