from __future__ import annotations

from datetime import date

import pytest

from workflow.alerts import newest_threshold, next_alert

DUE = date(2026, 3, 2)
ALERTS = (-10, -3, 0, 7)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (date(2026, 1, 1), date(2026, 2, 20)),
        (date(2026, 2, 20), date(2026, 2, 27)),
        (date(2026, 3, 2), date(2026, 3, 9)),
        (date(2026, 3, 9), None),
    ],
)
def test_the_next_alert_is_the_first_threshold_after_the_day(after: date, expected: date | None) -> None:
    assert next_alert(DUE, ALERTS, after) == expected


def test_a_deadline_without_thresholds_never_speaks_up() -> None:
    assert next_alert(DUE, (), date(2026, 1, 1)) is None
    assert newest_threshold(DUE, (), date(2027, 1, 1)) is None


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2026, 2, 19), None), (date(2026, 2, 20), -10), (date(2026, 3, 8), 0), (date(2027, 3, 8), 7)],
)
def test_of_several_thresholds_passed_only_the_newest_counts(today: date, expected: int | None) -> None:
    assert newest_threshold(DUE, ALERTS, today) == expected


@pytest.mark.parametrize(
    ("today", "newest", "following"),
    [
        (date(2026, 3, 1), None, date(2026, 3, 2)),
        (date(2026, 3, 2), 0, date(2026, 3, 9)),
        (date(2026, 3, 8), 0, date(2026, 3, 9)),
        (date(2026, 3, 9), 7, date(2026, 3, 12)),
        (date(2026, 3, 12), 10, date(2026, 3, 16)),
        (date(2027, 3, 2), 364, date(2027, 3, 8)),
    ],
)
def test_the_last_alert_is_repeated_and_other_thresholds_fall_in_between(
    today: date, newest: int | None, following: date
) -> None:
    every_week = (0, 7)
    assert newest_threshold(DUE, (0, 10), today, every_week) == newest
    assert next_alert(DUE, (0, 10), today, every_week) == following
