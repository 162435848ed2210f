"""Unified social credit codes, GB 32100."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.credit_code import ALPHABET, check_digit, fault_of, is_valid, normalised

bodies = st.text(ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize(
    "code", ["91330212144452700E", "913302121445466946", "9133021214444724XC", "92330212MA2AG58289"]
)
def test_codes_of_real_enterprises_are_valid(code: str) -> None:
    assert is_valid(code)


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("330212000181702", "有 15 位", "15 characters"),
        ("91330212725150962A", "校验位", "check digit"),
        ("9133021214445270OE", "“O”", "'O'"),
        ("", "有 0 位", "0 characters"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong_with_it(code: str, zh: str, en: str) -> None:
    fault = fault_of(code)
    assert fault is not None
    assert zh in fault.zh
    assert en in fault.en


@given(bodies)
def test_the_check_digit_makes_any_body_valid(body: str) -> None:
    assert is_valid(body + check_digit(body))


@given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_never_passes(body: str, place: int, other: str) -> None:
    code = body + check_digit(body)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_valid(wrong) == (wrong == code)


@given(bodies, st.integers(0, 15))
def test_two_exchanged_neighbours_never_pass(body: str, place: int) -> None:
    code = body + check_digit(body)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid(wrong) == (wrong == code)


def test_blanks_case_width_and_hyphens_make_no_difference() -> None:
    written = "\u200b ９１330212-ma2ag\u30005828 9\n"
    assert normalised(written) == "91330212MA2AG58289"


@given(bodies, st.lists(st.tuples(st.integers(0, 18), st.sampled_from(" \u3000\n-\u200b\xa0"))), st.booleans())
def test_a_code_comes_through_whatever_is_typed_between_its_characters(
    body: str, noise: list[tuple[int, str]], small: bool
) -> None:
    code = body + check_digit(body)
    written = code.lower() if small else code
    for place, blank in noise:
        written = written[:place] + blank + written[place:]
    assert normalised(written) == code


@given(st.text())
def test_any_text_can_be_judged(text: str) -> None:
    assert is_valid(normalised(text)) == (fault_of(normalised(text)) is None)
