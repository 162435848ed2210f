"""What the committee's first meeting decides, and who signed in before: each fault by name and number."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.facts import attempt, case, problems
from workflow.guards import CaseFacts, Problem
from workflow.guards.sign_in import names_in

COMMITTEE = case(full_members=8, facts={"committee_seats": 3, "deputy_posts": 1})


def vote(name: str, yes: int, post: str = "secretary", no: int = 0) -> dict[str, Any]:
    return {"name": name, "post": post, "yes": yes, "no": no, "abstain": 0}


def meeting(**changes: Any) -> dict[str, Any]:
    """Three elected and all there: 甲 is made secretary, 乙 deputy."""
    posts = [("甲", "member"), ("乙", "member"), ("丙", "member"), ("甲", "secretary"), ("乙", "deputy")]
    usual = {
        "held_on": "2026-11-20",
        "first_meeting_on": "2026-11-20",
        "first_meeting_attending": 3,
        "officer_votes": [vote("甲", 3), vote("乙", 2, "deputy")],
        "elected": [{"name": name, "post": post} for name, post in posts],
        "committee_duties": [{"name": "丙", "duty": "organisation"}, {"name": "丙", "duty": "discipline"}],
    }
    return {**usual, **changes}


def judged(guard: str, data: dict[str, Any], facts: CaseFacts = COMMITTEE) -> list[Problem]:
    return problems(guard, facts, attempt("record_election", data))


def test_officers_with_more_than_half_of_the_members_who_came_are_elected() -> None:
    assert judged("officers_are_elected", meeting()) == []
    two_came = meeting(first_meeting_attending=2, officer_votes=[vote("甲", 2), vote("乙", 2, "deputy")])
    assert judged("officers_are_elected", two_came) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first_meeting_on": "2026-11-19"}, "早于党员大会 2026-11-20"),
        ({"first_meeting_on": "2026-11-24"}, "晚于今天"),
        ({"first_meeting_on": None}, "请填写会议日期"),
        ({"first_meeting_attending": 4}, "多于当选委员 3 人"),
        ({"first_meeting_attending": 1}, "需要至少 2 人"),
        (
            {"officer_votes": [vote("甲", 1), vote("乙", 3, "deputy")]},
            "书记应选 1 名，得到会委员过半数（至少 2 票）的有 0",
        ),
        ({"officer_votes": [vote("丁", 3), vote("乙", 3, "deputy")]}, "丁 不是当选委员"),
        ({"officer_votes": [vote("丙", 3), vote("乙", 3, "deputy")]}, "丙 已当选书记，请列入当选名单"),
        ({"officer_votes": [vote("甲", 3), vote("甲", 3), vote("乙", 3, "deputy")]}, "得票填了 2 行"),
        ({"officer_votes": [vote("甲", 3, no=1), vote("乙", 3, "deputy")]}, "共 4 票，多于到会委员 3 人"),
        ({"officer_votes": [vote("甲", 2), vote("丙", 2), vote("乙", 3, "deputy")]}, "最多 3 票"),
    ],
)
def test_a_first_meeting_that_cannot_have_been_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    found = judged("officers_are_elected", meeting(**changes))
    assert any(words in problem.text.zh for problem in found), [problem.text.zh for problem in found]


def test_a_branch_without_a_committee_has_no_meeting_of_one() -> None:
    alone = case(facts={"committee_seats": 0})
    nothing = {"elected": [{"name": "甲", "post": "secretary"}]}
    assert judged("officers_are_elected", nothing, alone) == []
    (problem,) = judged("officers_are_elected", meeting(), alone)
    assert "不设委员会" in problem.text.zh


@pytest.mark.parametrize(
    ("name", "duty", "words"), [("丁", "publicity", "丁 没有当选"), ("丙", "discipline", "丙 的同一分工")]
)
def test_duties_go_to_the_elected_and_stand_once(name: str, duty: str, words: str) -> None:
    assert judged("duties_are_of_the_elected", meeting()) == []
    rows = [*meeting()["committee_duties"], {"name": name, "duty": duty}]
    (problem,) = judged("duties_are_of_the_elected", meeting(committee_duties=rows))
    assert words in problem.text.zh


def test_names_are_read_as_they_are_pasted() -> None:
    assert names_in("张　三、李四，王 五\r\n\n赵六;") == ["张三", "李四", "王五", "赵六"]
    assert names_in(None) == []


EXCUSED = [{"cause": "abroad", "paper_no": "1", "name": "郑 十一"}]


@pytest.mark.parametrize(
    ("text", "attending", "words"),
    [
        ("", 3, None),
        ("张三、李四、王五", 3, None),
        ("张三、李四、郑十一", 3, "郑十一 已列为不计入应到会，又在签到表上"),
        ("张三、李四、张三", 3, "签到名单重复：张三"),
        ("张三、李四", 3, "签到名单有 2 人，实到会填 3 人"),
    ],
)
def test_the_sign_in_list_agrees_with_attendance_and_excuses(text: str, attending: int, words: str | None) -> None:
    found = judged("sign_in_adds_up", {"signed_in": text, "attending": attending, "excused": EXCUSED})
    assert [words in problem.text.zh for problem in found if words] == ([True] if words else [])
    assert words or found == []
