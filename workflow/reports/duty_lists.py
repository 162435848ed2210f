"""What instructors did: visits, moves of their cases, what is late (domain sections 6.3 and 11.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.campaign.standing import stands
from workflow.models import Assignment, Case, InstructorPlan, LedgerEntry, Visit
from workflow.models.case import founding


def half_year_days(half_year: str) -> tuple[date, date]:
    """The first and last day of "2026-1" or "2026-2"."""
    year, half = (int(part) for part in half_year.split("-"))
    return (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))


def duty_of(session: Session, instructor_id: int, half_year: str) -> dict[str, Any]:
    """The figures that stand beside an assessment: enterprises, visits planned and done, moves, branches founded."""
    first, last = half_year_days(half_year)
    mine = Visit.instructor_id == instructor_id
    planned = select(InstructorPlan.visits).where(
        stands(InstructorPlan), InstructorPlan.instructor_id == instructor_id, InstructorPlan.half_year == half_year
    )
    held = (Assignment.instructor_id == instructor_id, Assignment.from_on <= last)
    cases = select(Assignment.case_id).where(*held, Assignment.to_on.is_(None) | (Assignment.to_on >= first))
    of_foundings = LedgerEntry.case_id.in_(select(Case.id).where(founding()))
    moved = (LedgerEntry.actor_id == instructor_id, LedgerEntry.from_state != LedgerEntry.to_state, of_foundings)
    return {
        "enterprises": _count(session, select(func.count(Case.enterprise_id.distinct())).where(Case.id.in_(cases))),
        "visits_planned": session.scalar(planned.order_by(InstructorPlan.id.desc()).limit(1)),
        "visits_done": _count(session, select(func.count()).where(mine, Visit.visited_on.between(first, last))),
        "moves": _count(session, select(func.count()).where(*moved, LedgerEntry.occurred_on.between(first, last))),
        "established": _count(
            session, select(func.count()).where(Case.id.in_(cases), Case.established_on.between(first, last))
        ),
    }


def _count(session: Session, query: Any) -> int:
    return session.scalar(query) or 0
