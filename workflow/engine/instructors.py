"""Who could be the instructor of a case, and how many enterprises each has already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from workflow.models import Case, InstructorProfile, Leave, Organisation, RoleAssignment, User
from workflow.models.case import founding
from workflow.models.organisation import scope_of
from workflow.runtime import Runtime


@dataclass(frozen=True, slots=True)
class InstructorChoice:
    """An active instructor; `load` counts the open cases, `cap` is how many there should be at most.

    `area` is the path of the body they serve that is nearest to the case, `kind` what that body is. `is_away` today.
    """

    id: int
    username: str
    name: str
    load: int
    cap: int
    kind: str
    area: str
    expertise: tuple[str, ...]
    is_away: bool

    @property
    def has_room(self) -> bool:
        return self.load < self.cap


def instructors_for(
    session: Session, runtime: Runtime, scope_path: str, today: date, *, only: int | None = None
) -> list[InstructorChoice]:
    """Active instructors whose area covers a case, by account name; one query. `only`: no other than this person."""
    load = (
        select(func.count())
        .where(Case.instructor_id == User.id, Case.finished_on.is_(None), founding())
        .correlate(User)
        .scalar_subquery()
    )
    away = exists(
        select(Leave.id).where(
            Leave.person_id == User.id, Leave.ended_at.is_(None), Leave.from_on <= today, Leave.to_on >= today
        )
    )
    rows = session.execute(
        select(
            User.id,
            User.username,
            User.display_name,
            Organisation.type,
            Organisation.kind,
            Organisation.path,
            InstructorProfile.load_cap,
            InstructorProfile.expertise,
            load.label("load"),
            away.label("is_away"),
        )
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .outerjoin(InstructorProfile, InstructorProfile.user_id == User.id)
        .where(
            User.is_active,
            RoleAssignment.role == "instructor",
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
            *([] if only is None else [User.id == only]),
        )
        # Of several bodies that cover the case the nearest comes last and stays.
        .order_by(User.username, func.length(Organisation.path))
    ).all()
    usual = runtime.rules.number("instructor_load_cap", today)
    found = {
        row.username: InstructorChoice(
            id=row.id,
            username=row.username,
            name=row.display_name,
            load=row.load,
            cap=usual if row.load_cap is None else row.load_cap,
            kind=row.kind,
            area=scope_of(row.type, row.path),
            expertise=tuple(row.expertise or ()),
            is_away=bool(row.is_away),
        )
        for row in rows
        if scope_path.startswith(scope_of(row.type, row.path))
    }
    return list(found.values())
