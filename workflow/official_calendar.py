"""The table of official days, as the pure calendar that computes with them; a change reaches every running program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.clock import WorkCalendar
from workflow.database import Database
from workflow.models import CalendarDay, CalendarImport, CalendarYear

# A program may compute with the calendar of so many seconds ago; what it got wrong is put right by the second sweep.
LOOK_EVERY = 60.0


@dataclass
class _Kept:
    calendar: WorkCalendar
    version: int
    looked_at: float


class CalendarKeeper:
    """The calendar of each database, read once and looked after: once in `LOOK_EVERY` seconds the version is compared.

    An action so pays for no statement of its own. While one thread looks, the others go on with what they have.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._kept: WeakKeyDictionary[Database, _Kept] = WeakKeyDictionary()
        self._looking = Lock()

    def of(self, db: Database) -> WorkCalendar:
        kept = self._kept.get(db)
        if kept is None:
            return self._read(db)
        if self._clock() - kept.looked_at >= LOOK_EVERY and self._looking.acquire(blocking=False):
            try:
                return self._look(db, kept)
            finally:
                self._looking.release()
        return kept.calendar

    def forget(self, db: Database) -> None:
        """The next question reads the calendar anew."""
        self._kept.pop(db, None)

    def _look(self, db: Database, kept: _Kept) -> WorkCalendar:
        now = self._clock()
        with db.reading() as session:
            is_same = _version(session) == kept.version
        if not is_same:
            return self._read(db)
        kept.looked_at = now
        return kept.calendar

    def _read(self, db: Database) -> WorkCalendar:
        now = self._clock()
        with db.reading() as session:
            version, calendar = _version(session), read_calendar(session)
        self._kept[db] = _Kept(calendar, version, now)
        return calendar


KEEPER = CalendarKeeper()


def read_calendar(session: Session) -> WorkCalendar:
    rows = session.execute(select(CalendarDay.day, CalendarDay.is_workday, CalendarDay.name)).all()
    complete = session.scalars(select(CalendarYear.year).where(CalendarYear.is_complete))
    names = {row.day: row.name for row in rows if row.name}
    return WorkCalendar({row.day: row.is_workday for row in rows}, frozenset(complete), names)


def _version(session: Session) -> int:
    return session.scalar(select(func.max(CalendarImport.id))) or 0
