"""A definition that uses an effect brings what its code takes for granted; and a file may hold anything."""

from __future__ import annotations

from contextlib import suppress

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.versions import version_of
from workflow.definition.library import prove_source, shipped_source
from workflow.definition.needs import OF_EFFECTS
from workflow.effect_names import EFFECT_NAMES
from workflow.errors import DefinitionError, InvalidInput
from workflow.publishing.source import MAX_SIZE, proved, read_source


def faults_of(source: str) -> str:
    with pytest.raises(DefinitionError) as found:
        proved(source)
    return "\n".join(found.value.faults)


def test_every_effect_with_needs_is_an_effect() -> None:
    assert OF_EFFECTS.keys() <= EFFECT_NAMES


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((r"(?m)^  manager:  ", "  managers:  "), "the group manager is missing"),
        ((r"(?m)^  T03: .*\n", ""), "add_visit needs the deadline T03"),
        ((r"(?<!\w)visited_on(?!\w)", "seen_on"), "add_visit needs entered, and not optional: visited_on"),
    ],
)
def test_what_an_effect_needs_is_missed(change: tuple[str, str], words: str) -> None:
    assert words in faults_of(version_of(2, change))


def test_a_name_that_is_still_a_state_cannot_be_an_old_one() -> None:
    source = shipped_source() + "\nrenamed_states: {ready: training}\n"
    assert "ready is still a state" in faults_of(source)


def test_aliases_that_multiply_are_stopped() -> None:
    source = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for n in range(1, 9):
        source += f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]\n"
    assert "aliases multiply" in faults_of(source)


SECTIONS = ["process", "version", "name", "initial", "groups", "stages", "states", "deadlines", "documents"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


SHIPPED = yaml.safe_load(shipped_source())


@settings(deadline=None, max_examples=25)
@given(section=st.sampled_from([*SECTIONS, "fields", "transitions", "renamed_states"]), value=ANYTHING)
def test_anything_in_any_section_is_a_fault_and_never_a_crash(section: str, value: object) -> None:
    source = yaml.safe_dump({**SHIPPED, section: value}, allow_unicode=True)
    with suppress(DefinitionError):
        prove_source(source, "any.yaml")


def test_lines_of_a_browser_and_a_mark_at_the_start_make_no_other_text() -> None:
    assert read_source(b"\xef\xbb\xbfa: 1\r\nb: 2\r") == "a: 1\nb: 2\n"


@pytest.mark.parametrize("data", [b"", b" \n", b"\xff", b"x" * (MAX_SIZE + 1)])
def test_what_is_no_text_or_too_much_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_source(data)
