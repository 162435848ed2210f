"""The official working days, days off and make-up days (调休) of 2004 to 2026."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import sqlalchemy as sa
from alembic import op
from chinese_calendar.constants import holidays, workdays

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The years for which chinesecalendar 1.11.0 knows every day off and every make-up day.
FIRST_YEAR, LAST_YEAR = 2004, 2026
SOURCE = "chinesecalendar 1.11.0"

CALENDAR_DAY = sa.table(
    "calendar_day",
    sa.column("day", sa.Date),
    sa.column("is_workday", sa.Boolean),
    sa.column("name", sa.String),
    sa.column("source", sa.String),
)


def upgrade() -> None:
    op.bulk_insert(CALENDAR_DAY, [_row(day) for day in _days()])


def downgrade() -> None:
    op.execute(CALENDAR_DAY.delete().where(CALENDAR_DAY.c.source == SOURCE))


def _days() -> Iterator[date]:
    day = date(FIRST_YEAR, 1, 1)
    while day.year <= LAST_YEAR:
        yield day
        day += timedelta(days=1)


def _row(day: date) -> dict[str, object]:
    """`name` is the holiday of a day off, or the one a make-up day makes up for."""
    holiday = holidays.get(day) or workdays.get(day)
    return {
        "day": day,
        "is_workday": chinese_calendar.is_workday(day),
        "name": chinese_calendar.Holiday(holiday).chinese if holiday else None,
        "source": SOURCE,
    }
