"""The table of official days, as the pure calendar that computes with them."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import select

from workflow.clock import WorkCalendar
from workflow.database import Database
from workflow.models import CalendarDay


@lru_cache(maxsize=8)
def calendar_of(db: Database) -> WorkCalendar:
    """Read once for each database of a process: a new year's calendar takes effect with the next start."""
    with db.reading() as session:
        rows = session.execute(select(CalendarDay.day, CalendarDay.is_workday)).all()
    return WorkCalendar({row.day: row.is_workday for row in rows}, frozenset(row.day.year for row in rows))
