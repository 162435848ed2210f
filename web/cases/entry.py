"""A posted form as the engine wants it, and values as a form shows them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workflow.definition.model import Field

# Far more digits than any field takes: a number that is too large is refused as too large, not as no number.
WHOLE_NUMBER = re.compile(r"[-+]?\d{1,300}")
# Field name -> text as typed; rows: a list of such dictionaries.
Entered = dict[str, Any]


def entered(fields: Iterable[Field], form: Mapping[str, str]) -> Entered:
    """What was typed, as it was typed. Rows left empty are gone, so that the index of an error is the row's place."""
    return {field.name: _rows(field, form) if field.type == "rows" else form.get(field.name, "") for field in fields}


def _rows(field: Field, form: Mapping[str, str]) -> list[dict[str, str]]:
    cell = re.compile(re.escape(field.name) + r"\.(\d{1,4})\.(\w+)")
    rows: dict[int, dict[str, str]] = {}
    for name, value in form.items():
        if found := cell.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = value
    return [rows[index] for index in sorted(rows) if any(value.strip() for value in rows[index].values())]


def typed(fields: Iterable[Field], values: Entered) -> dict[str, Any]:
    """The same as data: numbers, yes and no. What cannot be read stays text, for the engine to refuse by name."""
    data: dict[str, Any] = {}
    for field in fields:
        value = values.get(field.name, "")
        if field.type == "rows":
            data[field.name] = [typed(field.columns, row) for row in value]
        elif value.strip():
            data[field.name] = _value(field, value.strip())
    return data


def _value(field: Field, text: str) -> object:
    if field.type == "integer":
        # Full-width digits come from input methods, not from the person.
        plain = unicodedata.normalize("NFKC", text)
        return int(plain) if WHOLE_NUMBER.fullmatch(plain) else text
    if field.type == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def shown(data: Mapping[str, Any]) -> Entered:
    """Values of the engine as the form shows them."""
    return {name: _shown(value) for name, value in data.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [shown(row) for row in value]
    return str(value)


def with_row(values: Entered, name: str) -> Entered:
    """One more empty row to fill in."""
    return {**values, name: [*(values.get(name) or [{}]), {}]}


def without_row(values: Entered, place: str) -> Entered:
    """One row less; `place` is "candidates.1"."""
    name, _, index = place.partition(".")
    rows = [row for number, row in enumerate(values.get(name, [])) if str(number) != index]
    return {**values, name: rows}
