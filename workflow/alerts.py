"""Which day a deadline speaks up next. Pure: days in, days out.

A threshold counts calendar days from the due day: -5 is five days before it, 0 the day itself, 7 a week after.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta


def next_alert(due_on: date, alerts: Iterable[int], after: date) -> date | None:
    """The first alert day later than `after`; None when no threshold lies ahead."""
    return min((day for day in _days(due_on, alerts) if day > after), default=None)


def newest_threshold(due_on: date, alerts: Iterable[int], today: date) -> int | None:
    """The last threshold reached by `today`; None when even the first one lies ahead."""
    return max((t for t in alerts if due_on + timedelta(days=t) <= today), default=None)


def _days(due_on: date, alerts: Iterable[int]) -> Iterable[date]:
    return (due_on + timedelta(days=threshold) for threshold in alerts)
