"""Which areas instructors serve: prefixes of the place of a case."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from workflow.models import Organisation, RoleAssignment, User
from workflow.models.organisation import scope_of


def areas_of(session: Session, user_id: int, today: date) -> list[str]:
    """The areas in which a person holds the instructor's role on the day."""
    return _areas(session, today, RoleAssignment.user_id == user_id)


def has_instructors(session: Session, scope_path: str, today: date) -> bool:
    """Whether any active person could be named as instructor of a case that lies here."""
    return any(scope_path.startswith(area) for area in _areas(session, today, User.is_active.is_(True)))


def _areas(session: Session, today: date, whose: ColumnElement[bool]) -> list[str]:
    rows = session.execute(
        select(Organisation.type, Organisation.path)
        .join(RoleAssignment, RoleAssignment.organisation_id == Organisation.id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            whose,
            RoleAssignment.role == "instructor",
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
        )
        .distinct()
    )
    return [scope_of(row.type, row.path) for row in rows]
