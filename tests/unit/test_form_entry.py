"""From a posted form to data and back."""

from __future__ import annotations

from typing import Any

import pytest

from web.cases.entry import entered, shown, typed, with_row, without_row
from workflow.definition.library import shipped_definitions

ACTIONS = shipped_definitions()["branch_formation"].transitions


def data_of(action: str, form: dict[str, str]) -> dict[str, Any]:
    fields = ACTIONS[action].fields
    return typed(fields, entered(fields, form))


def test_numbers_answers_and_rows_become_data() -> None:
    found = data_of(
        "submit_candidates",
        {
            "committee_seats": " 3 ",
            "deputy_posts": "１",
            "candidates.4.name": "李四",
            "candidates.4.post": "member",
            "candidates.4.standing_years": "",
            "candidates.0.name": "张三",
            "candidates.0.post": "secretary",
            "candidates.0.standing_years": "8",
            "csrf_token": "x",
        },
    )

    assert found == {
        "committee_seats": 3,
        "deputy_posts": 1,
        "candidates": [{"name": "张三", "post": "secretary", "standing_years": 8}, {"name": "李四", "post": "member"}],
    }


@pytest.mark.parametrize("text", ["三", "1_000", "1.5", "0x1", "9" * 301, "--1"])
def test_what_is_no_whole_number_stays_as_it_was_typed(text: str) -> None:
    assert data_of("accept", {"receipt_no": "1"}) == {"receipt_no": "1"}
    assert data_of("submit_candidates", {"committee_seats": text})["committee_seats"] == text


def test_an_answer_that_is_neither_yes_nor_no_stays_text() -> None:
    assert data_of("assign_instructor", {"no_conflict": "maybe"}) == {"no_conflict": "maybe"}
    assert data_of("assign_instructor", {"no_conflict": "false"}) == {"no_conflict": False}


def test_empty_rows_and_fields_are_left_out() -> None:
    found = data_of("submit_candidates", {"candidates.0.name": " ", "candidates.0.post": "", "deputy_posts": "  "})

    assert found == {"candidates": []}


def test_data_is_shown_as_it_would_be_typed() -> None:
    data = {"full_members": 3, "no_conflict": True, "ballots": [{"round": 1}]}

    assert shown(data) == {"full_members": "3", "no_conflict": "true", "ballots": [{"round": "1"}]}


def test_rows_come_and_go_one_at_a_time() -> None:
    values = {"candidates": [{"name": "张三"}, {"name": "李四"}], "deputy_posts": "1"}

    assert with_row(values, "candidates")["candidates"] == [*values["candidates"], {}]
    assert without_row(values, "candidates.0") == {"candidates": [{"name": "李四"}], "deputy_posts": "1"}
    assert without_row(values, "candidates.9") == values
    assert with_row({}, "candidates") == {"candidates": [{}, {}]}
