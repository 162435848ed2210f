"""What was entered with an action, in the words of the definition: labels, choices, yes and no, tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workflow.definition.model import Field, State
from workflow.text import Text

YES, NO = Text("是", "Yes"), Text("否", "No")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that were entered; every row has one cell for each heading."""

    headings: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One field as a person reads it: `table` for rows, `value` for everything else."""

    name: str
    label: Text
    value: Text | None = None
    table: Table | None = None


def answers(
    fields: Iterable[Field], data: Mapping[str, Any], people: Mapping[str, str] | None = None
) -> tuple[Answer, ...]:
    """What was entered, in the order of the form; what was left out stays out. `people` names accounts."""
    return tuple(
        _answer(field, data[field.name], people or {}) for field in fields if data.get(field.name) not in (None, "", [])
    )


def with_state_names(
    fields: Iterable[Field], states: Mapping[str, State], codes: Iterable[str] | None = None
) -> tuple[Field, ...]:
    """The same fields, those that name a state as a choice among `codes` (or all there are) in words."""
    choices = {code: states[code].name for code in (states if codes is None else codes)}
    return tuple(replace(f, type="choice", choices=choices) if f.type == "state" else f for f in fields)


def _answer(field: Field, value: Any, people: Mapping[str, str]) -> Answer:
    if field.type != "rows":
        return Answer(field.name, field.label, _in_words(field, value, people))
    rows = tuple(tuple(_in_words(column, row.get(column.name), people) for column in field.columns) for row in value)
    return Answer(field.name, field.label, table=Table(tuple(c.label for c in field.columns), rows))


def _in_words(field: Field, value: Any, people: Mapping[str, str]) -> Text:
    if value is None:
        return Text("—", "—")
    if isinstance(value, bool):
        return YES if value else NO
    if field.type == "choice":
        return field.choices.get(value, Text(str(value), str(value)))
    words = people.get(value, value) if field.type in ("instructor", "person") else str(value)
    return Text(words, words)
