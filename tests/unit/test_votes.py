"""G18: votes that cannot have come out of the valid ballots are refused, whatever they would decide."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.facts import attempt, case, problems
from workflow.guards import CaseFacts, Problem

ONE_SEAT = case(facts={"committee_seats": 0, "candidates": [{"name": "张三", "post": "secretary"}]})
THREE_SEATS = case(
    facts={"committee_seats": 3, "candidates": [{"name": name, "post": "member"} for name in ("甲", "乙", "丙", "丁")]}
)

Row = tuple[str, int, int, int]


def judged(facts: CaseFacts, *rounds: list[Row], valid: int, post: str = "secretary") -> list[Problem]:
    """What stands against rounds of (name, yes, no, abstain), each on `valid` ballots."""
    ballots = [
        {"round": n, "issued": valid, "returned": valid, "valid": valid, "void": 0} for n in range(1, len(rounds) + 1)
    ]
    votes: list[dict[str, Any]] = [
        {"round": n, "name": name, "post": post, "yes": yes, "no": no, "abstain": abstain}
        for n, rows in enumerate(rounds, start=1)
        for name, yes, no, abstain in rows
    ]
    data = {"attending": valid, "ballots": ballots, "votes": votes}
    return problems("votes_add_up", facts, attempt("record_election", data))


@pytest.mark.parametrize("row", [("张三", 4, 1, 1), ("张三", 4, 0, 0), ("张三", 3, 1, 0)])
def test_every_valid_ballot_says_something_of_a_candidate(row: Row) -> None:
    (problem,) = judged(ONE_SEAT, [row], valid=5)
    assert "应等于有效票 5" in problem.text.zh
    assert problem.code == "G18"


@pytest.mark.parametrize("row", [("张三", 5, 0, 0), ("张三", 3, 1, 1), ("张三", 0, 0, 5)])
def test_a_candidate_whose_votes_make_up_the_valid_ballots_stands(row: Row) -> None:
    assert judged(ONE_SEAT, [row], valid=5) == []


def test_there_are_no_more_yes_votes_than_seats_times_valid_ballots() -> None:
    found = judged(ONE_SEAT, [("张三", 4, 0, 0), ("另选人", 3, 0, 0)], valid=4)
    assert any("共 7" in p.text.zh and "最多 4 票" in p.text.zh for p in found)
    many: list[Row] = [("甲", 8, 0, 0), ("乙", 8, 0, 0), ("丙", 8, 0, 0), ("丁", 1, 7, 0)]
    assert "at most 24" in judged(THREE_SEATS, many, valid=8, post="member")[0].text.en
    assert judged(THREE_SEATS, [*many[:3], ("丁", 0, 8, 0)], valid=8, post="member") == []


def test_only_who_votes_no_may_write_in_another() -> None:
    assert judged(ONE_SEAT, [("张三", 2, 3, 0), ("李四", 3, 0, 0)], valid=5) == []
    (problem,) = judged(ONE_SEAT, [("张三", 2, 1, 2), ("李四", 3, 0, 0)], valid=5)
    assert "3 votes for write-ins, but 1 votes of no" in problem.text.en


def test_a_write_in_has_only_yes_votes() -> None:
    found = judged(ONE_SEAT, [("张三", 1, 4, 0), ("李四", 3, 1, 0)], valid=5)
    assert ["李四" in p.text.zh for p in found] == [True]


def test_a_later_round_is_held_for_the_seats_left_open() -> None:
    first: list[Row] = [("甲", 8, 0, 0), ("乙", 6, 2, 0), ("丙", 5, 3, 0), ("丁", 5, 3, 0)]
    assert judged(THREE_SEATS, first, [("丙", 3, 5, 0), ("丁", 5, 3, 0)], valid=8, post="member") == []
    (problem,) = judged(THREE_SEATS, first, [("丙", 5, 3, 0), ("丁", 5, 3, 0)], valid=8, post="member")
    assert "第 2 轮" in problem.text.zh
    assert "应选 1 名" in problem.text.zh


def test_who_was_written_in_may_be_voted_on_in_the_next_round() -> None:
    first: list[Row] = [("张三", 2, 2, 1), ("李四", 2, 0, 0)]
    assert judged(ONE_SEAT, first, [("张三", 2, 3, 0), ("李四", 3, 2, 0)], valid=5) == []


def test_nobody_is_counted_in_two_rows() -> None:
    found = judged(ONE_SEAT, [("张三", 5, 0, 0), ("张三", 5, 0, 0)], valid=5)
    assert any("2 行" in p.text.zh for p in found)


def test_votes_of_a_round_without_ballots_are_named() -> None:
    data = {"attending": 5, "ballots": [], "votes": [{"round": 1, "name": "张三", "post": "secretary", "yes": 5}]}
    data["votes"][0] |= {"no": 0, "abstain": 0}
    (problem,) = problems("votes_add_up", ONE_SEAT, attempt("record_election", data))
    assert "第 1 轮没有选票记录" in problem.text.zh
