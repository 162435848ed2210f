"""Who could be the instructor of a case, and how many enterprises each has already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workflow.models import Case, InstructorProfile, Organisation, RoleAssignment, User
from workflow.models.organisation import scope_of
from workflow.runtime import Runtime


@dataclass(frozen=True, slots=True)
class InstructorChoice:
    """An active instructor; `load` counts the open cases, `cap` is how many there should be at most."""

    username: str
    name: str
    load: int
    cap: int

    @property
    def has_room(self) -> bool:
        return self.load < self.cap


def instructors_for(session: Session, runtime: Runtime, scope_path: str, today: date) -> list[InstructorChoice]:
    """Active instructors whose area covers a case, by account name; one query."""
    load = (
        select(func.count())
        .where(Case.instructor_id == User.id, Case.finished_on.is_(None))
        .correlate(User)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            User.username,
            User.display_name,
            Organisation.type,
            Organisation.path,
            InstructorProfile.load_cap,
            load.label("load"),
        )
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .outerjoin(InstructorProfile, InstructorProfile.user_id == User.id)
        .where(
            User.is_active,
            RoleAssignment.role == "instructor",
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
        )
        .order_by(User.username)
    ).all()
    usual = runtime.rules.number("instructor_load_cap", today)
    found = {
        row.username: InstructorChoice(
            row.username, row.display_name, row.load, usual if row.load_cap is None else row.load_cap
        )
        for row in rows
        if scope_path.startswith(scope_of(row.type, row.path))
    }
    return list(found.values())
