"""Days, months and working days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from workflow.clock import WorkCalendar, add_months, end_of_local_day, local_day

# 2026-02-14 is a Saturday made a working day; 02-16 to 02-20 are days off.
SPRING = WorkCalendar(
    {
        date(2026, 2, 14): True,
        **{date(2026, 2, day): False for day in (15, 16, 17, 18, 19, 20, 21, 22, 23)},
    },
    frozenset({2026}),
)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), 36, date(2029, 3, 31)),
    ],
)
def test_a_month_is_a_calendar_month_clamped_to_its_end(start: date, months: int, expected: date) -> None:
    assert add_months(start, months) == expected


def test_a_make_up_saturday_counts_and_a_holiday_does_not() -> None:
    assert SPRING.add_workdays(date(2026, 2, 13), 1).day == date(2026, 2, 14)
    assert SPRING.add_workdays(date(2026, 2, 13), 2).day == date(2026, 2, 24)


def test_a_year_without_its_official_calendar_makes_the_day_provisional() -> None:
    assert not SPRING.add_workdays(date(2026, 3, 2), 5).provisional
    assert SPRING.add_workdays(date(2026, 12, 30), 5).provisional


def test_the_local_day_is_that_of_shanghai() -> None:
    assert local_day(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert local_day(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)


def test_a_deadline_day_ends_a_second_before_local_midnight() -> None:
    assert end_of_local_day(date(2026, 11, 22)) == datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="unit"):
        SPRING.add(date(2026, 1, 1), 1, "fortnights")
