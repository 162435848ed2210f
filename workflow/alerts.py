"""Which day a deadline speaks up next. Pure: days in, days out.

A threshold counts calendar days from the due day: -5 is five days before it, 0 the day itself, 7 a week after.
`repeat` is (from, every): after the threshold `from` one more follows each so many days, while the deadline runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

Repeat = tuple[int, int]


def next_alert(due_on: date, alerts: Iterable[int], after: date, repeat: Repeat | None = None) -> date | None:
    """The first alert day later than `after`; None when no threshold lies ahead."""
    passed = (after - due_on).days
    ahead = [threshold for threshold in alerts if threshold > passed]
    if repeat is not None:
        since, every = repeat
        ahead.append(since + every * max(1, (passed - since) // every + 1))
    return due_on + timedelta(days=min(ahead)) if ahead else None


def newest_threshold(due_on: date, alerts: Iterable[int], today: date, repeat: Repeat | None = None) -> int | None:
    """The last threshold reached by `today`; None when even the first one lies ahead."""
    passed = (today - due_on).days
    reached = [threshold for threshold in alerts if threshold <= passed]
    if repeat is not None and passed >= repeat[0]:
        since, every = repeat
        reached.append(since + (passed - since) // every * every)
    return max(reached, default=None)
