"""The rule book: which number is in force on a day, and which clause says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from workflow.errors import DefinitionError
from workflow.text import Text, text_from

RULES_FILE = Path(__file__).with_name("rules.yaml")
KINDS = frozenset({"national", "local", "product"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One number, from a day on. `is_verified` only where an official copy was compared."""

    code: str
    value: int
    effective_from: date
    kind: str
    is_verified: bool
    clause: Text
    wording: str


class RuleBook:
    """All rows of all times; `at` answers the one in force on a day."""

    def __init__(self, version: str, rules: Iterable[Rule]) -> None:
        self.version = version
        self._rows: dict[str, list[Rule]] = {}
        for rule in sorted(rules, key=lambda r: r.effective_from):
            self._rows.setdefault(rule.code, []).append(rule)

    def __contains__(self, code: str) -> bool:
        return code in self._rows

    def __iter__(self) -> Iterator[Rule]:
        return (rule for rows in self._rows.values() for rule in rows)

    def at(self, code: str, day: date) -> Rule:
        """The row in force on `day`; before the first row's date the first row. KeyError for an unknown code."""
        rows = self._rows[code]
        return next((rule for rule in reversed(rows) if rule.effective_from <= day), rows[0])

    def number(self, code: str, day: date) -> int:
        return self.at(code, day).value


def read_rules(path: Path) -> RuleBook:
    """Reads a rule file; raises DefinitionError naming each faulty row."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    faults: list[str] = []
    rules: list[Rule] = []
    for number, row in enumerate(raw["rules"], start=1):
        try:
            rules.append(_rule_from(row))
        except (KeyError, ValueError) as error:
            faults.append(f"{path.name}: rule {number} ({row.get('code', '?')}): {error}")
    if faults:
        raise DefinitionError(faults)
    return RuleBook(str(raw["version"]), rules)


def _rule_from(row: dict[str, object]) -> Rule:
    if row["kind"] not in KINDS:
        raise ValueError(f"kind must be one of {sorted(KINDS)}")
    if not isinstance(row["value"], int) or not isinstance(row["from"], date):
        raise ValueError("value must be a whole number and from a date")
    return Rule(
        code=str(row["code"]),
        value=row["value"],
        effective_from=row["from"],
        kind=str(row["kind"]),
        is_verified=bool(row["verified"]),
        clause=text_from(row["clause"]),
        wording=str(row["wording"]),
    )


@lru_cache(maxsize=1)
def load_rules() -> RuleBook:
    """The product's own rule file, read once."""
    return read_rules(RULES_FILE)
