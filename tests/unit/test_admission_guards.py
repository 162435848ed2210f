"""PG01 to PG14, each refused and passed, under the text of 2014 and that of 2026; plain facts, no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from workflow.clock import WorkCalendar
from workflow.definition.library import shipped_definitions
from workflow.guards import GUARDS, Attempt, CaseFacts, PersonFacts, Problem
from workflow.rules import load_rules

PROCESS = shipped_definitions()["member_development"]
TODAY = date(2028, 12, 1)
NOBODY = PersonFacts()
# A working week with the Friday off and the Saturday made up for it.
CALENDAR = WorkCalendar({date(2026, 6, 5): False, date(2026, 6, 6): True}, frozenset({2026}))
MENTOR = {"name": "张三", "is_full_member": True}
INTRODUCER = {"name": "张三", "is_full_member": True, "on_party_probation": False}
SECOND = {**INTRODUCER, "name": "李四"}
VOTE = {"meeting_roll": 4, "meeting_present": 3, "is_secret": True, "vote_yes": 3, "vote_no": 0, "vote_abstain": 0}
MET_2026 = {"prereview_on": "2026-06-10", "admission_meeting_on": "2026-06-20"}


def problems(name: str, facts: Mapping[str, Any], person: PersonFacts = NOBODY, **data: Any) -> list[Problem]:
    action = next(t for t in PROCESS.transitions.values() if name in t.guards)
    case = CaseFacts(
        state=action.sources[0],
        form="single",
        full_members=0,
        probationary_members=0,
        facts=facts,
        instructor_id=1,
        submitter_id=None,
        committee_may_approve=True,
        credit_code="",
        read_person=lambda: person,
        read_calendar=lambda: CALENDAR,
    )
    attempt = Attempt(action, load_rules(), TODAY, TODAY, actor_id=2, data=data)
    return GUARDS[name].problems(case, attempt)


# (guard, facts, data that passes, data that is refused, a word of the refusal)
CASES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], str]] = [
    (
        "talk_follows_application",
        {"applied_on": "2026-06-01"},
        {"talked_on": "2026-07-01"},
        {"talked_on": "2026-05-31"},
        "早于递交申请书",
    ),
    (
        "talk_follows_application",
        {"applied_on": "2026-01-31"},
        {"talked_on": "2026-03-01", "late_reason": "外出"},
        {"talked_on": "2026-03-01"},
        "超过期限 2026-02-28",
    ),
    (
        "mentors_are_fit",
        {},
        {"activist_on": "2026-06-01", "mentors": [MENTOR]},
        {"activist_on": "2026-06-01", "mentors": [{**MENTOR, "is_full_member": False}]},
        "张三不是正式党员",
    ),
    (
        "mentors_are_fit",
        {},
        {"activist_on": "2026-06-01", "mentors": [MENTOR, SECOND]},
        {"activist_on": "2026-06-01", "mentors": [{**MENTOR, "name": n} for n in "甲乙丙"]},
        "最多 2 名",
    ),
    (
        "cultivated_long_enough",
        {"activist_on": "2026-06-30"},
        {"target_decided_on": "2027-06-30"},
        {"target_decided_on": "2027-06-29"},
        "最早 2027-06-30",
    ),
    (
        "publicity_is_long_enough",
        {},
        {"publicity_from": "2026-06-01", "publicity_until": "2026-06-06"},
        {"publicity_from": "2026-06-01", "publicity_until": "2026-06-05"},
        "截止日最早 2026-06-06",
    ),
    (
        "listing_follows_publicity",
        {"publicity_until": "2026-06-06"},
        {"listed_on": "2026-06-07", "objections": "handled"},
        {"listed_on": "2026-06-06", "objections": "none"},
        "期满次日",
    ),
    (
        "listing_follows_publicity",
        {"publicity_until": "2026-06-06"},
        {"listed_on": "2026-06-07", "objections": "none"},
        {"listed_on": "2026-06-07", "objections": "pending"},
        "尚未处理",
    ),
    (
        "introducers_are_fit",
        {},
        {"prereview_on": "2026-06-10", "introducers": [INTRODUCER, SECOND]},
        {"prereview_on": "2026-06-10", "introducers": [INTRODUCER, {**SECOND, "on_party_probation": True}]},
        "李四不能作介绍人",
    ),
    (
        "introducers_are_fit",
        {},
        {"prereview_on": "2026-06-10", "introducers": [INTRODUCER, SECOND]},
        {"prereview_on": "2026-06-10", "introducers": [INTRODUCER]},
        "应为 2 名",
    ),
    (
        "form_follows_prereview",
        MET_2026,
        {"form_issued_on": "2026-06-10"},
        {"form_issued_on": "2026-06-09"},
        "早于预审合格",
    ),
    (
        "meeting_is_in_time",
        {"prereview_on": "2026-06-10"},
        {"admission_meeting_on": "2026-07-10"},
        {"admission_meeting_on": "2026-07-11"},
        "超过期限 2026-07-10",
    ),
    ("meeting_vote_passes", {}, {**VOTE}, {**VOTE, "vote_yes": 2, "vote_no": 1}, "需要至少 3 票"),
    (
        "meeting_vote_passes",
        {},
        {**VOTE, "meeting_roll": 6, "meeting_present": 4, "vote_yes": 4},
        {**VOTE, "meeting_roll": 6},
        "需要至少 4 人",
    ),
    (
        "meeting_vote_passes",
        {},
        {**VOTE, "vote_yes": 2, "vote_no": 1, "written_yes": 1},
        {**VOTE, "vote_yes": 2, "vote_no": 1},
        "赞成 2 票",
    ),
    ("meeting_vote_adds_up", {}, VOTE, {**VOTE, "vote_yes": 4}, "应等于实到会 3"),
    ("meeting_vote_adds_up", {}, VOTE, {**VOTE, "is_secret": False}, "无记名"),
    ("meeting_vote_adds_up", {}, {**VOTE, "written_no": 1}, {**VOTE, "written_no": 2}, "多于未到会 1 人"),
    ("meeting_vote_fails", {}, {**VOTE, "vote_yes": 2, "vote_no": 1}, VOTE, "应记为通过"),
    (
        "admission_is_approved_in_time",
        MET_2026,
        {"talk_on": "2026-07-01", "meeting_on": "2026-09-20", "reply_on": "2026-09-20"},
        {"talk_on": "2026-07-01", "meeting_on": "2026-09-21", "reply_on": "2026-09-21"},
        "请填写特殊情况的原因",
    ),
    (
        "admission_is_approved_in_time",
        MET_2026,
        {"talk_on": "2026-07-01", "meeting_on": "2026-12-20", "reply_on": "2026-12-20", "late_reason": "外出"},
        {"talk_on": "2026-07-01", "meeting_on": "2026-12-21", "reply_on": "2026-12-21", "late_reason": "外出"},
        "须退回支部重新讨论",
    ),
    (
        "admission_is_approved_in_time",
        MET_2026,
        {"talk_on": "2026-07-01", "meeting_on": "2026-07-01", "reply_on": "2026-07-01"},
        {"talk_on": "2026-07-02", "meeting_on": "2026-07-01", "reply_on": "2026-07-01"},
        "晚于批复",
    ),
    (
        "oath_follows_approval",
        {"admission_on": "2026-07-01"},
        {"oath_on": "2026-08-01"},
        {"oath_on": "2026-08-02"},
        "请填写原因",
    ),
    (
        "extension_fits",
        MET_2026,
        {"ended_on": "2027-06-20", "extended_until": "2027-12-20"},
        {"ended_on": "2027-06-20", "extended_until": "2027-12-19"},
        "应在 2027-12-20 与 2028-06-20 之间",
    ),
    ("probation_is_over", MET_2026, {"turn_meeting_on": "2027-06-20"}, {"turn_meeting_on": "2027-06-19"}, "过早"),
    (
        "full_is_approved_in_time",
        {"turn_meeting_on": "2027-06-20"},
        {"meeting_on": "2027-09-20", "reply_on": "2027-09-20"},
        {"meeting_on": "2027-09-21", "reply_on": "2027-09-21"},
        "须重新讨论",
    ),
    (
        "dates_are_in_order",
        {"applied_on": "2026-06-01", "talked_on": "2026-06-20"},
        {"activist_on": "2026-06-20"},
        {"activist_on": "2026-06-19"},
        "确定为积极分子日期 2026-06-19 早于谈话 2026-06-20",
    ),
    ("dates_are_in_order", {}, {"applied_on": "2028-12-01"}, {"applied_on": "2028-12-02"}, "晚于今天"),
    (
        "correction_keeps_order",
        {"applied_on": "2026-06-01", "talked_on": "2026-06-20"},
        {"corrected_fact": "applied_on", "corrected_to": "2026-06-20"},
        {"corrected_fact": "applied_on", "corrected_to": "2026-06-21"},
        "早于递交申请书",
    ),
    (
        "check_is_dated",
        {"activist_on": "2026-06-01"},
        {"checked_on": "2026-12-01"},
        {"checked_on": "2026-05-31"},
        "早于上一次考察",
    ),
]
MEETING = {"admission_meeting_on": "2026-06-20"}


@pytest.mark.parametrize(("name", "facts", "good", "bad", "word"), CASES)
def test_a_guard_passes_what_the_rules_allow_and_names_what_they_do_not(
    name: str, facts: dict[str, Any], good: dict[str, Any], bad: dict[str, Any], word: str
) -> None:
    extra = MEETING if name.startswith("meeting_vote") else {}
    assert problems(name, facts, **extra, **good) == []
    refused = problems(name, facts, **extra, **bad)
    assert word in refused[0].text.zh
    assert refused[0].text.en


def test_an_applicant_is_eighteen_on_the_day_of_the_application() -> None:
    born = PersonFacts(born_on=date(2008, 6, 2))
    assert problems("applicant_is_of_age", {}, born, applied_on="2026-06-02") == []
    assert "最早 2026-06-02" in problems("applicant_is_of_age", {}, born, applied_on="2026-06-01")[0].text.zh
    assert "未登记出生日期" in problems("applicant_is_of_age", {}, applied_on="2026-06-01")[0].text.zh


@pytest.mark.parametrize(("days", "hours", "is_enough"), [(3, 0, True), (0, 24, True), (2, 23, False)])
def test_a_target_trains_three_days_or_twenty_four_hours(days: int, hours: int, is_enough: bool) -> None:
    person = PersonFacts(training_days=days, training_hours=hours)
    assert (problems("trained_long_enough", {}, person, prereview_on="2026-06-10") == []) is is_enough


def test_what_an_organisation_decided_is_asked_for_and_never_inferred() -> None:
    assert problems("review_is_passed", {"review_on": "2026-06-01", "review_result": "passed"}) == []
    assert problems("review_is_passed", {"review_on": "2026-06-01", "review_result": "not_passed"}) != []
    assert problems("review_is_passed", {}) != []
    assert problems("activist_is_filed", {"activist_filed_on": "2026-06-01"}) == []
    assert problems("activist_is_filed", {})[0].where == "action:file_activist"


def test_two_half_yearly_checks_are_usual_and_a_manager_may_let_one_pass() -> None:
    assert problems("half_yearly_checks_made", {"checks": [{}, {}]}, target_decided_on="2027-06-30") == []
    short = problems("half_yearly_checks_made", {"checks": [{}]}, target_decided_on="2027-06-30")
    assert short[0].soft
    assert "还差 1 次" in short[0].text.zh


def test_a_probation_is_extended_once() -> None:
    facts = {**MET_2026, "extension_on": "2027-06-20"}
    refused = problems("extension_fits", facts, ended_on="2027-07-01", extended_until="2028-01-01")
    assert "只能延长一次" in refused[0].text.zh


def test_the_text_of_the_rules_follows_the_day_of_the_event() -> None:
    """Before 18 May 2026 nothing was posted, and no month stood between pre-review and meeting."""
    assert problems("listing_follows_publicity", {}, listed_on="2026-05-17", objections="none") == []
    asked = problems("listing_follows_publicity", {}, listed_on="2026-05-18", objections="none")
    assert "5 个工作日" in asked[0].text.zh
    assert asked[0].clause is not None
    assert "2026" in asked[0].clause.zh
    assert "未核对" in asked[0].clause.zh
    assert problems("meeting_is_in_time", {"prereview_on": "2026-01-05"}, admission_meeting_on="2026-05-17") == []
    assert "备案" in problems("listing_is_consented", {}, listed_on="2026-05-17", objections="none")[0].text.zh
    assert "同意" in problems("listing_is_consented", {}, listed_on="2026-05-18", objections="none")[0].text.zh


def test_managers_can_choose_the_text_for_one_case() -> None:
    old = {"rules_of": "2014"}
    assert problems("listing_follows_publicity", old, listed_on="2026-06-18", objections="none") == []
    new = {"rules_of": "2026"}
    assert problems("listing_follows_publicity", new, listed_on="2026-01-01", objections="none") != []
