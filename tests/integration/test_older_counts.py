"""A count of an earlier day is kept on file and said to be just that."""

from __future__ import annotations

import pytest

from tests.desk import Desk

AN_OLDER_DAY, TODAY = "2026-11-01", "2026-11-23"


@pytest.mark.parametrize(
    ("counted_on", "words"),
    [(AN_OLDER_DAY, f"已存档；现行数字仍为 {TODAY} 的统计"), (TODAY, "已办理：更新党员和申请人数字")],
)
def test_the_answer_says_whether_the_figures_hold_now(desk: Desk, counted_on: str, words: str) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    form = desk.filled("instructor", case_id, "record_headcount")
    answer = desk.send("instructor", form, counted_on=counted_on, full_members="9")

    page = desk.page("instructor", answer.location)
    assert words in page
    assert ("已办理" in page) is (counted_on == TODAY)
