"""Which actions a committee's session can take is data, proved like the rest of the definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.test_definition import DEFINITION, changed, faults_of
from workflow.definition.check import check_definition


def test_a_case_comes_before_a_session_where_the_session_can_agree() -> None:
    assert DEFINITION.session_states == ["under_review", "candidates_submitted", "result_submitted"]


@pytest.mark.parametrize(
    ("state", "answers"),
    [
        ("under_review", {"agree": "approve", "refuse": "refuse", "return": "return"}),
        ("candidates_submitted", {"agree": "clear_candidates", "return": "return_candidates"}),
        ("result_submitted", {"agree": "confirm_result", "return": "reject_result"}),
        # It could be returned, but there is nothing to agree to yet.
        ("submitted", {}),
        ("training", {}),
    ],
)
def test_each_answer_takes_one_action(state: str, answers: dict[str, str]) -> None:
    assert {answer: t.action for answer, t in DEFINITION.session_answers(state).items()} == answers


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("in_session: agree", "in_session: applaud", "in_session must be one of agree, refuse, return"),
        ("in_session: refuse", "in_session: agree", "approve is taken for agree in under_review already"),
        (
            "    tell: [committee, manager]\n    effects: [freeze_members]",
            "    in_session: agree\n    tell: [committee, manager]\n    effects: [freeze_members]",
            "only what the case's own committee does can be decided in its session",
        ),
    ],
)
def test_a_faulty_answer_is_named(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert any(words in fault for fault in faults_of(tmp_path, changed(old, new)))


def test_the_checklist_says_what_a_session_takes() -> None:
    lines = check_definition().lines
    assert any("批复成立" in line and "会议：同意" in line for line in lines)
