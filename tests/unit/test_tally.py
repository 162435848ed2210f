"""Counting an election in whole numbers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.guards.tally import Outcome, count_post, count_round, quorum_needed, votes_needed


def vote(name: str, yes: int, round_: int = 1) -> dict[str, Any]:
    return {"name": name, "yes": yes, "round": round_}


@pytest.mark.parametrize(
    ("roll", "inclusive", "exclusive"),
    [(3, 3, 3), (4, 4, 4), (5, 4, 5), (6, 5, 5), (7, 6, 6), (8, 7, 7), (9, 8, 8), (10, 8, 9), (15, 12, 13)],
)
def test_quorum_of_four_fifths_under_both_readings(roll: int, inclusive: int, exclusive: int) -> None:
    assert quorum_needed(roll, 4, inclusive=True) == inclusive
    assert quorum_needed(roll, 4, inclusive=False) == exclusive


@pytest.mark.parametrize(("attending", "needed"), [(3, 2), (4, 3), (5, 3), (6, 4), (7, 4), (8, 5), (9, 5), (10, 6)])
def test_more_than_half_of_those_attending_is_needed(attending: int, needed: int) -> None:
    assert votes_needed(attending) == needed


def test_exactly_half_is_not_elected() -> None:
    assert count_round([vote("甲", 3)], 1, 6) == Outcome((), (), 1)


def test_too_many_above_half_are_taken_by_votes() -> None:
    votes = [vote("甲", 6), vote("乙", 7), vote("丙", 5), vote("丁", 8)]
    assert count_round(votes, 3, 8) == Outcome(("丁", "乙", "甲"), (), 0)


def test_a_tie_at_the_cut_elects_those_above_it_and_names_the_tied() -> None:
    votes = [vote("甲", 7), vote("乙", 6), vote("丙", 6), vote("丁", 6)]
    assert count_round(votes, 3, 8) == Outcome(("甲",), ("乙", "丙", "丁"), 2)


def test_a_tie_above_the_cut_needs_no_second_vote() -> None:
    votes = [vote("甲", 6), vote("乙", 6), vote("丙", 5)]
    assert count_round(votes, 2, 8) == Outcome(("甲", "乙"), (), 0)


def test_nobody_above_half_leaves_all_seats_vacant() -> None:
    assert count_round([vote("甲", 4), vote("乙", 3)], 2, 8) == Outcome((), (), 2)


def test_a_re_vote_fills_only_what_the_first_round_left_open() -> None:
    votes = [vote("甲", 7), vote("乙", 6), vote("丙", 6), vote("乙", 5, 2), vote("丙", 3, 2)]
    assert count_post(votes, 2, 8) == Outcome(("甲", "乙"), (), 0)


@given(roll=st.integers(1, 10_000))
def test_the_quorum_is_the_smallest_number_that_meets_the_rule(roll: int) -> None:
    need = quorum_needed(roll, 4, inclusive=True)
    assert 5 * need >= 4 * roll > 5 * (need - 1)
    stricter = quorum_needed(roll, 4, inclusive=False)
    assert 5 * stricter > 4 * roll >= 5 * (stricter - 1)


@given(
    counts=st.lists(st.integers(0, 30), min_size=1, max_size=9),
    seats=st.integers(1, 7),
    attending=st.integers(1, 30),
)
def test_nobody_is_elected_at_or_below_half_nor_beyond_the_seats(counts: list[int], seats: int, attending: int) -> None:
    votes = [vote(f"p{n}", yes) for n, yes in enumerate(counts)]
    outcome = count_round(votes, seats, attending)
    yes = {v["name"]: v["yes"] for v in votes}
    assert all(2 * yes[name] > attending for name in (*outcome.elected, *outcome.tied))
    assert len(outcome.elected) + outcome.vacant == seats
    assert not outcome.tied or len(outcome.tied) > outcome.vacant
    losers = [n for n in yes if n not in outcome.elected and n not in outcome.tied and 2 * yes[n] > attending]
    assert all(yes[w] > yes[loser] for w in outcome.elected for loser in losers)
