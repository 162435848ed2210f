"""The visits made to the enterprise of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import User, Visit


@dataclass(frozen=True, slots=True)
class VisitLine:
    """`is_late` (补录): entered later than the days allowed."""

    visited_on: date
    instructor: str
    met: str
    met_owner: bool
    topics: str
    findings: str | None
    next_step: str | None
    is_late: bool


def visits(session: Session, case_id: int) -> tuple[VisitLine, ...]:
    """Newest first. The caller has made sure that the person may see the case."""
    rows = session.execute(
        select(Visit, User.display_name)
        .join(User, User.id == Visit.instructor_id)
        .where(Visit.case_id == case_id)
        .order_by(Visit.visited_on.desc(), Visit.id.desc())
    )
    return tuple(
        VisitLine(v.visited_on, name, v.met, v.met_owner, v.topics, v.findings, v.next_step, v.is_late)
        for v, name in rows
    )
