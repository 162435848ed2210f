"""A clock that stands still: what follows is a setting, and both readings are shown; undoing and holding in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.desk import Desk
from tests.district import District
from workflow.models import Deadline
from workflow.rules import RuleBook, load_rules

SETTING = "founding_reply_restarts"
SUBMITTED = date(2026, 11, 23)


def reading(district: District, value: int) -> District:
    """The district with the other setting."""
    book = load_rules()
    rules = [replace(rule, value=value) if rule.code == SETTING else rule for rule in book]
    district.runtime = replace(district.runtime, rules=RuleBook(book.version, rules))
    return district


def reply(district: District, case_id: int) -> Deadline:
    with district.db.reading() as session:
        mine = (Deadline.case_id == case_id) & (Deadline.code == "T09") & (Deadline.status != "stopped")
        return session.scalars(select(Deadline).where(mine)).one()


@pytest.mark.parametrize(("setting", "due"), [(1, date(2027, 1, 9)), (0, date(2026, 12, 29))])
def test_after_a_return_the_reply_has_its_month_again_or_what_was_left(
    district: District, setting: int, due: date
) -> None:
    reading(district, setting)
    case_id = district.walk(district.open(), until="submitted")
    district.clock.advance(days=10)
    district.do(case_id, "clerk", "return", {}, reason="缺页")
    standing = reply(district, case_id)
    assert (standing.status, standing.days_left, standing.next_alert_on) == ("paused", 20, None)
    district.clock.advance(days=6)
    district.do(case_id, "instructor", "submit")
    running = reply(district, case_id)
    assert running.id == standing.id
    assert (running.status, running.due_on, running.starts_on) == ("running", due, SUBMITTED)
    assert running.next_alert_on == due - timedelta(days=10)


@pytest.mark.parametrize(("setting", "due"), [(1, date(2027, 1, 10)), (0, date(2026, 12, 30))])
def test_after_a_hold_it_is_the_same(district: District, setting: int, due: date) -> None:
    reading(district, setting)
    case_id = district.walk(district.open(), until="under_review")
    district.clock.advance(days=10)
    district.do(case_id, "org_dept", "hold", {"review_on": "2027-03-10"}, reason="停产检修")
    district.clock.advance(days=7)
    district.do(case_id, "org_dept", "resume", reason="复产")
    assert reply(district, case_id).due_on == due


def test_a_hold_in_between_does_not_wake_what_a_return_has_paused(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="submitted")
    district.do(case_id, "clerk", "return", {}, reason="缺页")
    district.do(case_id, "org_dept", "hold", {"review_on": "2027-01-10"}, reason="停产检修")
    district.do(case_id, "org_dept", "resume", reason="复产")
    assert reply(district, case_id).status == "paused"


def test_a_return_that_is_taken_back_never_paused_anything(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="submitted")
    before = reply(district, case_id)
    district.do(case_id, "clerk", "return", {}, reason="缺页")
    district.gesture(case_id, "clerk", "take_back")
    after = reply(district, case_id)
    assert (after.id, after.status, after.due_on, after.pauses) == (before.id, "running", before.due_on, None)
    assert after.next_alert_on == before.next_alert_on


def test_the_case_page_shows_both_spans_and_the_api_tells_them(desk: Desk) -> None:
    district = desk.district
    case_id = district.walk(district.open(), until="submitted")
    district.clock.advance(days=10)
    district.do(case_id, "clerk", "return", {}, reason="缺页")
    page = desk.page("clerk", f"/cases/{case_id}")
    assert "恢复后重新计算全部时间（现行设置）；接续则剩 20 天" in page
    assert "因“退回补正”暂停，当时还剩 20天" in page
    district.clock.advance(days=6)
    district.do(case_id, "instructor", "submit")
    page = desk.page("instructor", f"/cases/{case_id}")
    assert "重新计算全部时间到 2027-01-09（现行设置）；接续剩余时间到 2026-12-29" in page
