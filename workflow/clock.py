"""Time as the product reads it: aware UTC instants, local days, working days with make-up days (调休).

No function here asks the operating system but `utc_now`; everything else is given its moment.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
# The State Council announces the days of a year late in the year before.
ANNOUNCED_IN = 10


def utc_now() -> datetime:
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """The calendar day of an aware instant in Asia/Shanghai."""
    return moment.astimezone(LOCAL_ZONE).date()


def end_of_local_day(day: date) -> datetime:
    """23:59:59 local time of a day, as UTC: the instant a deadline day ends (domain section 8)."""
    return datetime.combine(day, time(23, 59, 59), LOCAL_ZONE).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """Calendar months, clamped to the end of the month: 31 January + 1 month = 28 or 29 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class DueDay:
    """A computed day; `provisional` (暂算) where a year's official calendar was not loaded."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Official days: True for a working day, False for a day off. Days not loaded follow the weekly rule.

    `years` are those whose calendar is complete; `names` says for what a day is off or made up.
    """

    days: Mapping[date, bool]
    years: frozenset[int]
    names: Mapping[date, str] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        return self.days.get(day, day.weekday() < 5)

    def add_workdays(self, start: date, count: int) -> DueDay:
        """The count-th working day after `start` (`start` itself is not counted); before it for one below zero."""
        day, left, provisional = start, abs(count), False
        step = timedelta(days=1 if count > 0 else -1)
        while left > 0:
            day += step
            provisional = provisional or day.year not in self.years
            if self.is_workday(day):
                left -= 1
        return DueDay(day, provisional)

    def workdays_left(self, today: date, due_on: date) -> int:
        """The working days from the day after `today` to `due_on`; below zero where it is over by so many."""
        if due_on < today:
            return -self.workdays_left(due_on, today)
        days = (today + timedelta(days=n) for n in range(1, (due_on - today).days + 1))
        return sum(self.is_workday(day) for day in days)

    def nth_workday(self, first: date, count: int) -> DueDay:
        """The count-th working day from `first` on, a working `first` counted (publicity is counted so)."""
        return self.add_workdays(first - timedelta(days=1), count)

    def add(self, start: date, amount: int, unit: str) -> DueDay:
        """`unit` is "working_days", "days" or "months"; raises ValueError for another."""
        if unit == "working_days":
            return self.add_workdays(start, amount)
        if unit == "days":
            return DueDay(start + timedelta(days=amount), False)
        if unit == "months":
            return DueDay(add_months(start, amount), False)
        raise ValueError(f"unknown unit of time: {unit}")

    def missing_years(self, today: date) -> tuple[int, ...]:
        """The years whose official calendar is wanted by now and not complete: this one, and the next from October."""
        wanted = (today.year, *([today.year + 1] if today.month >= ANNOUNCED_IN else []))
        return tuple(year for year in wanted if year not in self.years)
