"""Moments and days in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.clocks import START
from web.dates import ago, until

D = timedelta(days=1)
H = timedelta(hours=1)
M = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("before", "zh", "en"),
    [
        (timedelta(seconds=59), "刚刚", "just now"),
        (M, "1 分钟前", "1 minute ago"),
        (59 * M, "59 分钟前", "59 minutes ago"),
        (H, "1 小时前", "1 hour ago"),
        (8 * H, "8 小时前", "8 hours ago"),
        (11 * H, "11 小时前", "11 hours ago"),
        (12 * H, "1 天前", "1 day ago"),  # started at nine: twelve hours before is yesterday evening
        (3 * D, "3 天前", "3 days ago"),
        (59 * D, "59 天前", "59 days ago"),
        (60 * D, "2 个月前", "2 months ago"),
        (730 * D, "2 年前", "2 years ago"),
        (-3 * D, "3 天后", "in 3 days"),
        (-M, "1 分钟后", "in 1 minute"),
    ],
)
def test_a_distance_is_said_in_the_largest_unit_that_fits(before: timedelta, zh: str, en: str) -> None:
    said = ago(START - before, START)
    assert (said.zh, said.en) == (zh, en)


@pytest.mark.parametrize(
    ("due_on", "zh", "en"),
    [
        (date(2026, 9, 1), "今天到期", "due today"),
        (date(2026, 9, 2), "还有 1 天", "1 day left"),
        (date(2026, 9, 11), "还有 10 天", "10 days left"),
        (date(2026, 8, 31), "已逾期 1 天", "1 day overdue"),
        (date(2026, 8, 1), "已逾期 31 天", "31 days overdue"),
    ],
)
def test_a_deadline_says_what_is_left_or_how_far_it_is_over(due_on: date, zh: str, en: str) -> None:
    said = until(due_on, date(2026, 9, 1))
    assert (said.zh, said.en) == (zh, en)
