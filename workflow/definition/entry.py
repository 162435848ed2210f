"""Reads what a person or a program entered with an action, field by field, and says for each fault what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from workflow.definition.model import Field
from workflow.definition.schema import MAX_ROWS, MAX_TEXT, default_value
from workflow.errors import InvalidInput
from workflow.text import Text

FIRST_YEAR, LAST_YEAR = 1900, 2199
MISSING = Text("请填写", "Please fill this in")


class _Fault(ValueError):
    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def read_entry(fields: Sequence[Field], raw: Mapping[str, object], today: date) -> dict[str, Any]:
    """Answers the clean data (dates stay ISO strings, defaults filled in); InvalidInput names every faulty field.

    Unknown fields are refused: a mistyped name must not be lost silently.
    """
    faults: dict[str, Text] = {}
    missing = {f.name: default_value(f, today) for f in fields if raw.get(f.name) in (None, "")}
    data = _read(fields, {**raw, **{k: v for k, v in missing.items() if v is not None}}, "", faults)
    if faults:
        raise InvalidInput(faults)
    return data


def _read(fields: Iterable[Field], raw: Mapping[str, object], prefix: str, faults: dict[str, Text]) -> dict[str, Any]:
    known = {f.name: f for f in fields}
    for name in raw:
        if name not in known:
            faults[f"{prefix}{name}"] = Text(f"没有这个字段：{name}", f"There is no such field: {name}")
    data: dict[str, Any] = {}
    for name, field in known.items():
        value = raw.get(name)
        if value is None or value == "":
            if not field.is_optional and field.type != "rows":
                faults[f"{prefix}{name}"] = _labelled(field, MISSING)
                continue
            value = None
        try:
            clean = _clean(field, value, f"{prefix}{name}", faults)
        except _Fault as fault:
            faults[f"{prefix}{name}"] = _labelled(field, fault.text)
            continue
        if clean is not None:
            data[name] = clean
    return data


def _labelled(field: Field, text: Text) -> Text:
    return Text(f"{field.label.zh}：{text.zh}", f"{field.label.en}: {text.en}")


def _clean(field: Field, value: object, path: str, faults: dict[str, Text]) -> object:
    if field.type == "rows":
        return _rows(field, value, path, faults)
    if value is None:
        return None
    return {
        "integer": _integer,
        "boolean": _boolean,
        "date": _date,
        "choice": _choice,
    }.get(field.type, _text)(field, value)


def _rows(field: Field, value: object, path: str, faults: dict[str, Text]) -> list[dict[str, Any]]:
    rows = value if value is not None else []
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not all(isinstance(r, Mapping) for r in rows):
        raise _Fault(Text("应为若干行", "must be a list of rows"))
    if not rows and not field.is_optional:
        raise _Fault(Text("至少填写一行", "fill in at least one row"))
    if len(rows) > MAX_ROWS:
        raise _Fault(Text(f"最多 {MAX_ROWS} 行", f"at most {MAX_ROWS} rows"))
    return [_row(field, row, index, path, faults) for index, row in enumerate(rows)]


def _row(field: Field, row: Mapping[str, object], index: int, path: str, faults: dict[str, Text]) -> dict[str, Any]:
    """A fault inside a row says which row of which table it is in."""
    found: dict[str, Text] = {}
    data = _read(field.columns, row, f"{path}.{index}.", found)
    for place, text in found.items():
        faults[place] = Text(
            f"{field.label.zh}第 {index + 1} 行 · {text.zh}", f"{field.label.en}, row {index + 1}: {text.en}"
        )
    return data


def _integer(field: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Fault(Text("应为整数", "must be a whole number"))
    if field.minimum is not None and value < field.minimum:
        raise _Fault(Text(f"不能小于 {field.minimum}", f"must not be below {field.minimum}"))
    if field.maximum is not None and value > field.maximum:
        raise _Fault(Text(f"不能大于 {field.maximum}", f"must not be above {field.maximum}"))
    return value


def _boolean(_field: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise _Fault(Text("应为是或否", "must be yes or no"))
    return value


def _date(_field: Field, value: object) -> str:
    try:
        day = date.fromisoformat(str(value))
    except ValueError as error:
        raise _Fault(Text("应为日期，如 2026-03-02", "must be a date such as 2026-03-02")) from error
    # A term or a clock that starts at the end of time would have no end.
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _Fault(
            Text(f"年份应在 {FIRST_YEAR} 与 {LAST_YEAR} 之间", f"must be of a year from {FIRST_YEAR} to {LAST_YEAR}")
        )
    return day.isoformat()


def _choice(field: Field, value: object) -> str:
    if not isinstance(value, str) or value not in field.choices:
        options = "、".join(f"{code}（{label.zh}）" for code, label in field.choices.items())
        raise _Fault(Text(f"请从中选择：{options}", f"choose one of: {', '.join(field.choices)}"))
    return value


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise _Fault(Text("应为文字", "must be text"))
    text = value.replace("\x00", "").strip()
    if not text:
        raise _Fault(MISSING)
    if len(text) > MAX_TEXT[field.type]:
        raise _Fault(Text(f"最多 {MAX_TEXT[field.type]} 个字", f"at most {MAX_TEXT[field.type]} characters"))
    return text
