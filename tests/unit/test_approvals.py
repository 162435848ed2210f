"""When the answers so far decide a round: whole numbers, early ends, abstentions in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.gestures import TARGET, document
from workflow.approvals.tally import Ballot, Decision, Verdict, verdict
from workflow.definition.approval import Approval, Policy, approval_from

ALL, ORDER, ANY = Approval(Policy.ALL), Approval(Policy.IN_ORDER), Approval(Policy.ANY)
HALF, TWO_THIRDS = Approval(Policy.WEIGHTED, (1, 2)), Approval(Policy.WEIGHTED, (2, 3))
Y, N, A, X, _ = Decision.AGREE, Decision.REFUSE, Decision.ABSTAIN, Decision.OBJECT, None


def of(*decisions: Decision | None, weights: tuple[int, ...] = ()) -> list[Ballot]:
    return [Ballot(weights[n] if weights else 1, d) for n, d in enumerate(decisions)]


@pytest.mark.parametrize(
    ("approval", "ballots", "expected"),
    [
        (ALL, of(Y, Y, _), None),
        (ALL, of(Y, Y, Y), Verdict.PASSED),
        (ALL, of(Y, A, Y), Verdict.PASSED),
        (ALL, of(A, A), Verdict.FAILED),
        (ALL, of(Y, N, _), Verdict.FAILED),
        (ALL, of(Y, X, _), Verdict.OBJECTED),
        (ORDER, of(Y, _), None),
        (ORDER, of(Y, Y), Verdict.PASSED),
        (ANY, of(_, Y, _), Verdict.PASSED),
        (ANY, of(N, _), None),
        (ANY, of(N, N), Verdict.FAILED),
        (HALF, of(Y, Y, _, _), None),
        (HALF, of(Y, Y, Y, _), Verdict.PASSED),
        (HALF, of(Y, Y, N, N), Verdict.FAILED),
        (HALF, of(Y, N, N, _), Verdict.FAILED),
        (HALF, of(Y, Y, A, A), Verdict.FAILED),
        (HALF, of(Y, _, _, weights=(3, 1, 1)), Verdict.PASSED),
        (TWO_THIRDS, of(Y, Y, _), None),
        (TWO_THIRDS, of(Y, Y, N), Verdict.FAILED),
        (TWO_THIRDS, of(Y, Y, Y), Verdict.PASSED),
        (HALF, of(Y, Y, Y, X), Verdict.OBJECTED),
    ],
)
def test_the_result_of_answers(approval: Approval, ballots: list[Ballot], expected: Verdict | None) -> None:
    assert verdict(approval, ballots) is expected


decisions = st.lists(st.tuples(st.integers(1, 5), st.sampled_from([Y, N, A, _])), min_size=1, max_size=9)
policies = st.sampled_from([ALL, ORDER, HALF, TWO_THIRDS])


@given(policies, decisions, st.data())
def test_a_verdict_never_changes_by_answers_that_come_after_it(
    approval: Approval, answers: list[tuple[int, Decision | None]], data: st.DataObject
) -> None:
    first = verdict(approval, [Ballot(w, d) for w, d in answers])
    rest = [Ballot(w, d or data.draw(st.sampled_from([Y, N, A]))) for w, d in answers]
    if first is not None:
        assert verdict(approval, rest) is first
    assert verdict(approval, rest) is not None


@pytest.mark.parametrize(
    "row",
    [
        {},
        "all",
        {"policy": "some"},
        {"policy": "all", "more_than": "1/2"},
        {"policy": "weighted", "more_than": "2/1"},
        {"policy": "weighted", "more_than": "half"},
        {"policy": "weighted", "weights": {"approver": 0}},
        {"policy": "weighted", "weights": {"approver": True}},
        {"policy": "any", "colour": "red"},
    ],
)
def test_an_approval_that_means_nothing_is_refused(row: object) -> None:
    with pytest.raises(ValueError, match=r"approval|more_than|weights"):
        approval_from(row)


def test_an_approval_is_read_as_it_is_written() -> None:
    row = {"policy": "weighted", "more_than": "2/3", "weights": {"approver": 2}}
    approval = approval_from(row)
    assert (approval.more_than, approval.weight_of("approver"), approval.weight_of("clerk")) == ((2, 3), 2, 1)
    assert approval_from({"policy": "all"}).weight_of("approver") == 1
    assert "2/3" in approval.words.zh


def test_the_page_about_agreeing_says_what_the_catalogue_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == document()
