"""Dated rules: the row in force on the event's date is used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tools.rules import PAGE, document
from workflow.errors import DefinitionError
from workflow.rules import load_rules
from workflow.rules.book import read_rules

TWO_ROWS = """
version: "test"
rules:
  - {code: n, value: 3, from: 2018-10-28, kind: national, verified: false, clause: {zh: 旧, en: old}, wording: ""}
  - {code: n, value: 4, from: 2027-01-01, kind: national, verified: true, clause: {zh: 新, en: new}, wording: ""}
"""


def test_the_row_in_force_on_the_day_is_used(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(TWO_ROWS, encoding="utf-8")
    book = read_rules(path)

    assert [book.number("n", day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [3, 4]
    assert book.at("n", date(2027, 6, 1)).clause.en == "new"


def test_a_faulty_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(
        TWO_ROWS.replace("kind: national, verified: true", "kind: divine, verified: true"), encoding="utf-8"
    )

    with pytest.raises(DefinitionError, match=r"rule 2 \(n\): kind must be one of"):
        read_rules(path)


def test_every_rule_of_the_product_has_a_clause_in_both_languages_and_its_kind() -> None:
    for rule in load_rules():
        assert rule.clause.zh
        assert rule.clause.en
        assert rule.kind in {"national", "local", "product"}


def test_nothing_is_marked_verified_that_was_not_compared_with_an_official_copy() -> None:
    assert not [rule.code for rule in load_rules() if rule.is_verified]


def test_the_page_of_rules_says_what_the_rule_book_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(load_rules())
