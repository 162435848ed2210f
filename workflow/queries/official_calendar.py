"""The years of the official calendar, the days of one of them, and what each import moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.models import CalendarDay, CalendarImport, CalendarYear, DeadlineMove, User

MOST_MOVES = 500


@dataclass(frozen=True, slots=True)
class YearLine:
    """`holidays` are weekdays off, `workdays` the weekend days that are worked (调休)."""

    year: int
    is_complete: bool
    source: str
    holidays: int
    workdays: int


@dataclass(frozen=True, slots=True)
class ImportLine:
    row: CalendarImport
    imported_by: str | None


def calendar_years(session: Session) -> list[YearLine]:
    """Newest first."""
    unusual: dict[int, list[bool]] = {}
    for day, is_workday in session.execute(select(CalendarDay.day, CalendarDay.is_workday)):
        if is_workday != (day.weekday() < 5):
            unusual.setdefault(day.year, []).append(is_workday)
    years = session.scalars(select(CalendarYear).order_by(CalendarYear.year.desc()))
    return [_line(row, unusual.get(row.year, [])) for row in years]


def _line(row: CalendarYear, unusual: Sequence[bool]) -> YearLine:
    workdays = sum(unusual)
    return YearLine(row.year, row.is_complete, row.source, len(unusual) - workdays, workdays)


def days_of_year(session: Session, year: int) -> list[CalendarDay]:
    """The days that differ from the weekly rule or bear a name; raises NotFound for a year without any calendar."""
    days = session.scalars(
        select(CalendarDay)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(CalendarDay.day)
    ).all()
    if not days:
        raise NotFound("calendar", year)
    return [one for one in days if one.name or one.is_workday != (one.day.weekday() < 5)]


def calendar_imports(session: Session, limit: int = 20) -> list[ImportLine]:
    query = select(CalendarImport, User.display_name).outerjoin(User, User.id == CalendarImport.imported_by)
    rows = session.execute(query.order_by(CalendarImport.id.desc()).limit(limit))
    return [ImportLine(row, name) for row, name in rows]


def calendar_import(session: Session, import_id: int) -> CalendarImport:
    """Raises NotFound where there is none of that number."""
    found = session.get(CalendarImport, import_id)
    if found is None:
        raise NotFound("calendar import", import_id)
    return found


def moves_of(session: Session, import_id: int) -> tuple[int, Sequence[DeadlineMove]]:
    """How many deadlines an import moved, and the first of them; whose they are stands on their cases."""
    of_import = DeadlineMove.import_id == import_id
    total = session.scalar(select(func.count()).where(of_import)) or 0
    return total, session.scalars(
        select(DeadlineMove).where(of_import).order_by(DeadlineMove.id).limit(MOST_MOVES)
    ).all()
