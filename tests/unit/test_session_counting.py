"""Quorum and majority: whatever the numbers, the same as counting with fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.sessions.counting import Present, Votes, least_above

people = st.integers(min_value=1, max_value=1000)
percents = st.integers(min_value=1, max_value=99)


@given(whole=people, percent=percents)
def test_the_least_number_above_a_share_is_above_it_and_the_one_below_is_not(whole: int, percent: int) -> None:
    least = least_above(whole, percent)
    assert Fraction(least, whole) > Fraction(percent, 100)
    assert Fraction(least - 1, whole) <= Fraction(percent, 100)


@given(ought=people, attending=people, percent=percents)
def test_a_quorum_is_more_than_the_share_of_those_who_ought_to_attend(ought: int, attending: int, percent: int) -> None:
    attending = min(ought, attending)
    assert Present(ought, attending).has_quorum(percent) == (Fraction(attending, ought) > Fraction(percent, 100))


@given(ought=people, data=st.data())
def test_agreement_needs_a_quorum_and_an_abstention_never_helps(ought: int, data: st.DataObject) -> None:
    attending = data.draw(st.integers(0, ought))
    yes = data.draw(st.integers(0, attending))
    no = data.draw(st.integers(0, attending - yes))
    abstain = data.draw(st.integers(0, attending - yes - no))
    present, votes = Present(ought, attending), Votes(yes, no, abstain)
    has_passed = votes.pass_among(present, 50)
    assert has_passed == (2 * yes > ought)
    # Whoever agrees with more than half of all has more than half there.
    assert not has_passed or present.has_quorum(50)
    # Turning an abstention into a no changes nothing; turning a yes into an abstention never passes anything.
    assert Votes(yes, no + abstain, 0).pass_among(present, 50) == has_passed
    assert not (yes and Votes(yes - 1, no, abstain + 1).pass_among(present, 50) and not has_passed)


@given(ought=st.integers(2, 1000), data=st.data())
def test_a_recusal_takes_a_person_out_of_the_roll_as_well(ought: int, data: st.DataObject) -> None:
    """Recusing somebody who is not there never makes agreeing harder."""
    yes = data.draw(st.integers(0, ought))
    if Votes(yes, 0, 0).pass_among(Present(ought, yes), 50):
        assert Votes(yes, 0, 0).pass_among(Present(ought - 1, yes), 50)


@pytest.mark.parametrize(("ought", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (7, 4), (8, 5)])
def test_half_is_never_enough(ought: int, needed: int) -> None:
    assert Present(ought, 0).quorum(50) == needed
