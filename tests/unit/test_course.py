"""Where the actions of the shipped process lead, and the words for what was entered with them."""

from __future__ import annotations

import pytest

from workflow.definition.course import Course, course_of, due_steps, leading
from workflow.definition.library import shipped_definitions
from workflow.definition.wording import answers
from workflow.queries.posts import post_of

PROCESS = shipped_definitions()["branch_formation"]

ONWARD = {
    "no_branch": "assign_instructor",
    "instructor_assigned": "start_training",
    "training": "mark_ready",
    "ready": "submit",
    "submitted": "accept",
    "returned": "submit",
    "under_review": "approve",
    "refused": "reopen",
    "approved": "submit_candidates",
    "candidates_submitted": "clear_candidates",
    "candidates_cleared": "record_election",
    "elected": "submit_result",
    "result_submitted": "confirm_result",
    "result_confirmed": "file",
    "filed": "acknowledge_filing",
    "on_hold": "resume",
}


@pytest.mark.parametrize("state", ONWARD)
def test_every_open_state_of_the_road_waits_for_exactly_one_action(state: str) -> None:
    assert [transition.action for transition in leading(PROCESS, state)] == [ONWARD[state]]


@pytest.mark.parametrize("state", ["established", "closed", "merged", "dissolved"])
def test_a_finished_state_waits_for_nothing(state: str) -> None:
    assert leading(PROCESS, state) == []


@pytest.mark.parametrize(
    ("state", "action", "course"),
    [
        ("under_review", "return", Course.OTHER),
        ("under_review", "refuse", Course.OTHER),
        ("candidates_cleared", "record_void_election", Course.OTHER),
        ("under_review", "direct_decision", Course.ASIDE),
        ("training", "hold", Course.ASIDE),
        ("training", "close", Course.ASIDE),
        ("training", "reassign", Course.ASIDE),
        ("training", "log_visit", Course.ROUTINE),
    ],
)
def test_what_does_not_lead_on_is_told_apart(state: str, action: str, course: Course) -> None:
    assert course_of(PROCESS, state, PROCESS.transitions[action]) is course


@pytest.mark.parametrize(
    ("state", "roles"),
    [
        ("submitted", {"clerk", "approver"}),
        ("under_review", {"approver"}),
        ("no_branch", {"social_work", "org_dept"}),
        ("filed", {"org_dept"}),
        ("elected", {"instructor"}),
    ],
)
def test_a_post_is_held_by_those_who_can_take_the_step(state: str, roles: set[str]) -> None:
    assert post_of(PROCESS, state, {}).roles == roles


def test_what_was_entered_is_told_in_the_words_of_the_form() -> None:
    fields = PROCESS.transitions["submit_candidates"].fields

    found = answers(fields, {"committee_seats": 0, "candidates": [{"name": "张三", "post": "secretary"}]})

    assert [answer.label.zh for answer in found] == ["委员名额（不设委员会填0）", "候选人"]
    table = found[1].table
    assert table is not None
    assert [[cell.zh for cell in row] for row in table.rows] == [["张三", "书记", "—"]]


def test_an_account_is_told_by_its_name_and_yes_by_its_word() -> None:
    fields = PROCESS.transitions["assign_instructor"].fields

    found = answers(fields, {"instructor": "zhidao", "no_conflict": True}, {"zhidao": "王敏"})

    assert [answer.value.zh for answer in found if answer.value] == ["王敏", "是"]


def test_what_has_to_come_first_is_what_the_case_waits_for_until_it_is_noted() -> None:
    consent = PROCESS.transitions["agree_reopening"]
    assert course_of(PROCESS, "refused", consent) is Course.AHEAD
    assert due_steps(PROCESS, "refused", {}) == [consent]
    assert due_steps(PROCESS, "refused", {"reopening_agreed": True}) == [PROCESS.transitions["reopen"]]
    assert post_of(PROCESS, "refused", {}).roles == {"social_work", "org_dept"}
    assert post_of(PROCESS, "refused", {"reopening_agreed": True}).roles == {"instructor"}
