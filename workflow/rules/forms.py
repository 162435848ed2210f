"""The forms of founding (组建方式), as rows: does one gather several units, found a branch, cover the enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from workflow.rules.book import RuleBook
from workflow.text import Text, text_from

FORMS_FILE = Path(__file__).with_name("founding_forms.yaml")
ORGANISATION, WORK = "organisation", "work"


@dataclass(frozen=True, slots=True)
class Form:
    """`covers` is organisation, work, or the code of the local rule that decides between them."""

    code: str
    name: Text
    gathers: bool
    founds: bool
    covers: str
    counts: bool
    clause: Text

    def covers_as_organisation(self, rules: RuleBook, day: date) -> bool:
        if self.covers in (ORGANISATION, WORK):
            return self.covers == ORGANISATION
        return bool(rules.number(self.covers, day))


@lru_cache(maxsize=1)
def founding_forms() -> Mapping[str, Form]:
    """By code, in the order of the table."""
    rows = yaml.safe_load(FORMS_FILE.read_text(encoding="utf-8"))["forms"]
    return {code: _form(code, row) for code, row in rows.items()}


def form_of(code: str) -> Form:
    """Raises KeyError for a form nobody knows."""
    return founding_forms()[code]


def _form(code: str, row: Mapping[str, object]) -> Form:
    clause = text_from(row["clause"])
    flags = {name: bool(row[name]) for name in ("gathers", "founds", "counts")}
    return Form(code, text_from(row), covers=str(row["covers"]), clause=clause, **flags)
