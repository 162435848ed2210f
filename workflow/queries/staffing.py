"""Work items that nobody can take up: the holder left, or no active person has the role at that place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import aliased

from workflow.definition.model import Definition, Group
from workflow.models import Organisation, RoleAssignment, User, WorkItem
from workflow.models.organisation import DEPARTMENTS


def held_by_nobody(definition: Definition, today: date) -> ColumnElement[bool]:
    """The condition on an open `WorkItem`: for each group of the process, that none of its people is there today."""
    owners = {state.owner for state in definition.states.values() if state.is_open}
    return or_(*(and_(WorkItem.role == code, _is_vacant(definition.groups[code], today)) for code in sorted(owners)))


def _is_vacant(group: Group, today: date) -> ColumnElement[bool]:
    if group.at == "case":
        holders = _holders(group.roles, today).with_only_columns(RoleAssignment.user_id)
        return or_(WorkItem.user_id.is_(None), WorkItem.user_id.not_in(holders))
    if group.at == "committee":
        bodies = _holders(group.roles, today).with_only_columns(RoleAssignment.organisation_id)
        return WorkItem.organisation_id.not_in(bodies)
    return WorkItem.organisation_id.not_in(_covered(group.roles, today))


def _holders(roles: Iterable[str], today: date) -> Select[tuple[RoleAssignment]]:
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


def _covered(roles: Iterable[str], today: date) -> Select[tuple[int]]:
    """The organisations in the area of somebody with one of the roles; a department serves its parent's area."""
    place, parent, below = aliased(Organisation), aliased(Organisation), aliased(Organisation)
    area = case((place.type.in_(sorted(DEPARTMENTS)), parent.path), else_=place.path)
    return (
        _holders(roles, today)
        .join(place, place.id == RoleAssignment.organisation_id)
        .outerjoin(parent, parent.id == place.parent_id)
        .join(below, below.path.startswith(area))
        .with_only_columns(below.id)
    )
