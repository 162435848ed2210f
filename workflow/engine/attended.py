"""What a person attended of the concentrated training of development targets (PG08)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.models import Attendance, Training


def targets_trained(session: Session, person_id: int, since: str | None) -> tuple[int, int]:
    """Days and hours of sessions held for targets, none of them from before the person was an activist."""
    query = (
        select(func.coalesce(func.sum(Attendance.days), 0), func.coalesce(func.sum(Attendance.hours), 0))
        .join(Training, Training.id == Attendance.training_id)
        .where(Attendance.person_id == person_id, Training.for_targets.is_(True))
    )
    if since is not None:
        query = query.where(Training.from_on >= date.fromisoformat(since))
    days, hours = session.execute(query).one()
    return int(days), int(hours)
