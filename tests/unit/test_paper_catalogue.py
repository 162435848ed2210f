"""The catalogue of papers against the process it belongs to, and the page that is made from it."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tools.papers import TARGET, document
from workflow.definition.library import shipped_definitions
from workflow.papers.catalogue import catalogue

KINDS = catalogue().kinds
PROCESS = shipped_definitions()[catalogue().process]


def test_codes_and_names_are_those_of_the_process() -> None:
    assert {code: kind.name for code, kind in KINDS.items()} == {c: d.name for c, d in PROCESS.documents.items()}
    assert list(KINDS) == [f"D{number:02}" for number in range(1, 24)]


def test_each_action_asks_for_the_papers_the_catalogue_says() -> None:
    asked = defaultdict(set)
    for action, transition in PROCESS.transitions.items():
        for code in transition.papers:
            asked[code].add(action)
    assert {code: set(kind.needed_by) for code, kind in KINDS.items() if kind.needed_by} == asked


@pytest.mark.parametrize("code", [code for code, kind in KINDS.items() if kind.is_made])
def test_a_paper_is_offered_in_open_states_of_the_process(code: str) -> None:
    assert set(KINDS[code].made_in) <= set(PROCESS.open_states)


def test_what_a_form_of_a_paper_calls_like_an_action_means_the_same() -> None:
    """Facts are filled in by the name of their field: one name may not mean two things."""
    entered = {field.name: field for t in PROCESS.transitions.values() for field in t.fields}
    shared = {field.name: field for kind in KINDS.values() for field in kind.asks if field.name in entered}
    assert {name: field.type for name, field in shared.items()} == {name: entered[name].type for name in shared}
    assert shared["candidates"].columns[1].choices == entered["candidates"].columns[1].choices


def test_the_page_about_papers_is_made_from_the_catalogue() -> None:
    assert TARGET.read_text(encoding="utf-8") == document(), "make it anew: python -m tools.papers"
