"""Puts a year's official days in: whole or not at all, once however often the same file comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from workflow.dialects import insert_ignoring, locked
from workflow.engine.actors import load_actor
from workflow.errors import NotPermitted
from workflow.models import CalendarDay, CalendarImport, CalendarYear
from workflow.runtime import Runtime
from workflow.text import Text
from workflow.workdays.sheet import NamedDay, read_days

IMPORT = "import_calendar"
LONGEST_NAME = 200
ADMINS_ONLY = Text("只有系统管理员可以导入工作日历", "Only an administrator imports the calendar")


@dataclass(frozen=True, slots=True)
class ImportedYear:
    """`import_id` is None where the same was put in before and nothing changed."""

    year: int
    import_id: int | None
    holidays: int
    workdays: int


def import_calendar(
    runtime: Runtime,
    data: bytes,
    filename: str,
    *,
    actor_id: int | None,
    year: int | None = None,
    is_complete: bool = True,
) -> ImportedYear:
    """Replaces the days of one year by those of the file; running deadlines follow with the next `recompute`.

    Raises InvalidInput with every faulty row, NotPermitted for all but administrators (None is the console).
    """
    _require_admin(runtime, actor_id)
    year, days = read_days(data, year)
    with runtime.db.unit_of_work() as session:
        import_id = _import(session, runtime, year, days, filename[:LONGEST_NAME], actor_id, is_complete)
    runtime.calendars.forget(runtime.db)
    workdays = sum(one.is_workday for one in days)
    return ImportedYear(year, import_id, len(days) - workdays, workdays)


def _require_admin(runtime: Runtime, actor_id: int | None) -> None:
    if actor_id is None:
        return
    with runtime.db.reading() as session:
        roles = {held.role for held in load_actor(session, actor_id, runtime.today()).roles}
    if "admin" not in roles:
        raise NotPermitted(IMPORT, ADMINS_ONLY)


def _import(
    session: Session,
    runtime: Runtime,
    year: int,
    days: Sequence[NamedDay],
    filename: str,
    actor_id: int | None,
    is_complete: bool,
) -> int | None:
    # Two who import the same year at once come one after the other.
    insert_ignoring(session, CalendarYear, [{"year": year, "is_complete": False, "source": filename}])
    its_row = select(CalendarYear).where(CalendarYear.year == year)
    kept = session.scalars(locked(session, its_row, of=[CalendarYear])).one()
    rows = [_row(day, named, filename) for day, named in _whole_year(year, days)]
    if kept.is_complete == is_complete and _is_same(session, year, rows):
        return None
    kept.is_complete, kept.source = is_complete, filename
    first, last = date(year, 1, 1), date(year, 12, 31)
    session.execute(delete(CalendarDay).where(CalendarDay.day.between(first, last)))
    session.execute(insert(CalendarDay), rows)
    made = CalendarImport(
        year=year,
        filename=filename,
        is_complete=is_complete,
        days=[one.as_dict() for one in days],
        imported_by=actor_id,
        imported_at=runtime.now(),
    )
    session.add(made)
    session.flush()
    return made.id


def _is_same(session: Session, year: int, rows: Sequence[Mapping[str, Any]]) -> bool:
    known = session.execute(
        select(CalendarDay.day, CalendarDay.is_workday).where(
            CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
        )
    ).all()
    return {(row.day, row.is_workday) for row in known} == {(row["day"], row["is_workday"]) for row in rows}


def _whole_year(year: int, days: Sequence[NamedDay]) -> Iterator[tuple[date, NamedDay | None]]:
    named = {one.day: one for one in days}
    day = date(year, 1, 1)
    while day.year == year:
        yield day, named.get(day)
        day += timedelta(days=1)


def _row(day: date, named: NamedDay | None, source: str) -> dict[str, Any]:
    """Days the file does not name follow the weekly rule."""
    is_workday = named.is_workday if named else day.weekday() < 5
    return {"day": day, "is_workday": is_workday, "name": named.reason or None if named else None, "source": source}
