"""Which instructors serve a person's area."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.engine.actors import SEES_SUBTREE, Actor
from workflow.models import InstructorProfile, Organisation, RoleAssignment, User


def instructor_accounts(session: Session, actor: Actor, today: date) -> list[str]:
    """Account names of active instructors who serve some of the area a person sees, or who are that person."""
    paths = sorted({held.scope_path for held in actor.roles if held.role in SEES_SUBTREE})
    # One who serves a wider area serves this one too.
    within = [Organisation.path.startswith(path, autoescape=True) for path in paths]
    around = [Organisation.path.in_(_above(path)) for path in paths]
    return list(
        session.scalars(
            select(User.username)
            .join(RoleAssignment, RoleAssignment.user_id == User.id)
            .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
            .join(InstructorProfile, InstructorProfile.user_id == User.id)
            .where(
                User.is_active,
                RoleAssignment.role == "instructor",
                RoleAssignment.valid_from <= today,
                or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
                or_(User.id == actor.id, *within, *around),
            )
            .distinct()
            .order_by(User.username)
        )
    )


def _above(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:end]) + "/" for end in range(1, len(parts))]
