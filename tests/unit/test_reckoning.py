"""How a due day is counted, in words: what is passed over, what counts, what a pause does, both readings of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from workflow.clock import WorkCalendar
from workflow.reckoning import CalendarMove, Reckoned, explain, spans_of
from workflow.rules.book import Rule
from workflow.text import Text

AUTUMN = WorkCalendar(
    {
        **{date(2026, 10, 1) + timedelta(days=n): False for n in range(7)},
        date(2026, 10, 10): True,
    },
    frozenset({2026}),
    {date(2026, 10, 1) + timedelta(days=n): "国庆节" for n in range(7)} | {date(2026, 10, 10): "国庆节"},
)
MONTH = Rule("founding_reply_months", 1, date(2018, 10, 28), "national", False, Text("第六条", "art. 6"), "")
WORKDAYS = Rule("filing_workdays", 10, date(2000, 1, 1), "product", False, Text("备案时限", "Time to file"), "")


def clock(rule: Rule, unit: str, starts_on: date, due_on: date, **more: Any) -> Reckoned:
    usual = {"is_provisional": False, "is_paused": False, "pauses": (), "started_by": Text("报送", "Submit")}
    return Reckoned(
        starts_on=starts_on, due_on=due_on, entered=None, rule=rule, unit=unit, amount=rule.value, **usual | more
    )


def said(found: Reckoned, moves: Sequence[CalendarMove] = ()) -> str:
    return "\n".join(step.zh for step in explain(AUTUMN, found, moves, {"return": Text("退回补正", "Return")}))


def pause(since: str, until: str | None, left: int, *, again: bool | None = None) -> dict[str, Any]:
    return {"from": since, "to": until, "left": left, "unit": "days", "why": "return", "again": again}


def test_holidays_weekends_and_made_up_days_are_each_said_once() -> None:
    due = AUTUMN.add_workdays(date(2026, 9, 28), 10).day
    words = said(clock(WORKDAYS, "working_days", date(2026, 9, 28), due))
    assert "2026-09-28 起算（报送），当天不计" in words
    assert "期限 10个工作日：备案时限（本地设置）" in words
    assert "跳过节假日 7 天：国庆节 2026-10-01–2026-10-07" in words
    assert "调休上班的 1 天计入：国庆节 2026-10-10" in words
    assert "跳过周末 1 天" in words
    assert words.endswith(f"到期日 {due}，当天 23:59:59 止")


def test_a_year_that_is_not_complete_is_named_and_the_day_provisional() -> None:
    due = AUTUMN.add_workdays(date(2026, 12, 28), 10).day
    words = said(clock(WORKDAYS, "working_days", date(2026, 12, 28), due, is_provisional=True))
    assert "2027 年的官方日历未齐" in words
    assert words.endswith("（暂算）")


def test_a_month_without_that_day_ends_with_its_last() -> None:
    assert "当月没有 31 日，取月末" in said(clock(MONTH, "months", date(2026, 8, 31), date(2026, 9, 30)))


def test_a_pause_says_why_what_was_left_and_what_followed() -> None:
    pauses = (pause("2026-09-10", "2026-09-20", 21, again=False),)
    words = said(clock(MONTH, "months", date(2026, 9, 1), date(2026, 10, 11), pauses=pauses))
    assert "2026-09-10 因“退回补正”暂停，当时还剩 21天" in words
    assert "2026-09-20 恢复，接着计算剩余的 21天" in words
    assert "加 21 天到 2026-10-11" in words


def test_what_a_calendar_moved_is_told() -> None:
    moved = CalendarMove(date(2026, 11, 3), 2027, date(2027, 1, 8), date(2027, 1, 11))
    assert "2026-11-03 导入 2027 年日历后由 2027-01-08 改为 2027-01-11" in said(
        clock(MONTH, "months", date(2026, 9, 1), date(2026, 10, 1)), [moved]
    )


def test_both_readings_of_two_pauses_stand_side_by_side() -> None:
    pauses = (pause("2026-09-11", "2026-09-21", 20, again=True), pause("2026-10-01", "2026-10-05", 20, again=True))
    found = spans_of(
        AUTUMN, clock(MONTH, "months", date(2026, 9, 1), date(2026, 11, 5), pauses=pauses), whole_holds=True
    )
    assert found is not None
    # 30 days, of which 10 ran before the first pause and 10 before the second.
    assert (found.whole, found.left, found.whole_holds) == (date(2026, 11, 5), date(2026, 10, 15), True)


def test_while_it_stands_still_neither_reading_has_a_day() -> None:
    standing = clock(MONTH, "months", date(2026, 9, 1), date(2026, 10, 1), is_paused=True,
                     pauses=(pause("2026-09-11", None, 20),))  # fmt: skip
    found = spans_of(AUTUMN, standing, whole_holds=False)
    assert found is not None
    assert (found.whole, found.left, found.days_left) == (None, None, 20)
    assert said(standing).endswith("现在暂停，恢复后再定到期日")


def test_a_clock_that_never_stood_still_has_one_reading() -> None:
    assert spans_of(AUTUMN, clock(MONTH, "months", date(2026, 9, 1), date(2026, 10, 1)), whole_holds=True) is None
