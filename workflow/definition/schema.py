"""What an action's data must look like: JSON Schema for machines, examples that pass, plain problems for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from workflow.definition.model import Field, Transition

MAX_TEXT = {"text": 200, "long_text": 4000, "instructor": 200, "state": 200, "person": 200}
MAX_ROWS = 200


def relative_day(value: object, today: date) -> str:
    """Reads "today", "today+10", "today-3" as an ISO date."""
    text = str(value)
    offset = int(text.removeprefix("today") or 0)
    return (today + timedelta(days=offset)).isoformat()


def default_value(field: Field, today: date) -> object:
    """What stands in the field before anybody types: the day of entry, a fixed value, or None."""
    return relative_day(field.default, today) if field.type == "date" and field.default else field.default


def data_schema(transition: Transition) -> dict[str, Any]:
    """JSON Schema (2020-12) of the `data` of an action."""
    return object_schema(transition.fields)


def object_schema(fields: Iterable[Field]) -> dict[str, Any]:
    fields = list(fields)
    return {
        "type": "object",
        "properties": {f.name: _field_schema(f) for f in fields},
        "required": [f.name for f in fields if not f.is_optional and f.default is None],
        "additionalProperties": False,
    }


def _field_schema(field: Field) -> dict[str, Any]:
    about = {"title": field.label.en, "description": field.label.zh}
    if field.type == "integer":
        bounds = {k: v for k, v in (("minimum", field.minimum), ("maximum", field.maximum)) if v is not None}
        return {"type": "integer", **about, **bounds}
    if field.type == "boolean":
        return {"type": "boolean", **about}
    if field.type == "date":
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$", **about}
    if field.type == "choice":
        return {"type": "string", "enum": list(field.choices), **about}
    if field.type == "rows":
        return {
            "type": "array",
            "items": object_schema(field.columns),
            "minItems": 0 if field.is_optional else 1,
            "maxItems": MAX_ROWS,
            **about,
        }
    return {"type": "string", "minLength": 1, "maxLength": MAX_TEXT[field.type], **about}


def example_data(transition: Transition, today: date, known: Mapping[str, object] | None = None) -> dict[str, Any]:
    """Data that passes the schema; `known` (a case's own values) goes before the general examples.

    What may be left out and has no example of its own is left out.
    """
    known = known or {}
    given = (f for f in transition.fields if f.name in known or not f.is_optional or f.example is not None)
    return {f.name: known[f.name] if f.name in known else _example(f, today) for f in given}


def _example(field: Field, today: date) -> object:
    if field.type == "rows":
        if isinstance(field.example, list):
            return field.example
        return [{column.name: _example(column, today) for column in field.columns}]
    if field.type == "date":
        return relative_day(field.example, today)
    if field.example is None:
        return {
            "instructor": "instructor-account",
            "state": "training",
            "boolean": True,
            "integer": field.minimum or 0,
        }.get(field.type, "……")
    return field.example
