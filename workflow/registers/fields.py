"""What a line of a register is made of, and how what a person typed becomes a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from workflow.queries.parameters import is_number
from workflow.text import Text

_LONGEST = 2000
_LARGEST = 9_999_999
_FIRST_DAY = date(1949, 10, 1)


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    DAY = "day"  # one that has come
    LATER_DAY = "later_day"  # one that may be to come
    COUNT = "count"
    FLAG = "flag"
    CHOICE = "choice"
    HALF_YEAR = "half_year"
    ENTERPRISE = "enterprise"  # typed as a credit code
    TOWN = "town"  # chosen by number
    AREA = "area"  # a town or the whole district
    INSTRUCTOR = "instructor"  # typed as an account name
    CONTACT = "contact"  # the number of a contact point


REFERENCES = frozenset({Kind.ENTERPRISE, Kind.TOWN, Kind.AREA, Kind.INSTRUCTOR, Kind.CONTACT})


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the register's column; `least` and `most` bound a count."""

    name: str
    label: Text
    kind: Kind
    choices: Mapping[str, Text] = field(default_factory=dict)
    is_optional: bool = False
    hint: Text | None = None
    least: int = 0
    most: int = _LARGEST


Plain = str | int | bool | date


def plain_value(spec: Field, typed: str, today: date) -> Plain:
    """The value of what does not refer to another table; raises ValueError with the sentence as its argument."""
    typed = typed.strip()
    if not typed:
        raise _wrong(spec, Text("请填写{label}", "Enter: {label}"))
    if spec.kind in (Kind.DAY, Kind.LATER_DAY):
        return _day(spec, typed, today)
    if spec.kind is Kind.COUNT:
        return _count(spec, typed)
    if spec.kind is Kind.FLAG:
        if typed not in ("true", "false"):
            raise _wrong(spec, Text("{label}：请选是或否", "{label}: choose yes or no"))
        return typed == "true"
    if spec.kind is Kind.CHOICE and typed not in spec.choices:
        raise _wrong(spec, Text("{label}：请从列表中选", "{label}: choose from the list"))
    if spec.kind is Kind.HALF_YEAR:
        return _half_year(spec, typed)
    if len(typed) > _LONGEST:
        raise _wrong(spec, Text("{label}不超过 2000 字", "{label}: 2000 characters at most"))
    return typed


def _day(spec: Field, typed: str, today: date) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise _wrong(spec, Text("{label}应写成 2026-03-05 的样子", "{label} is written like 2026-03-05")) from None
    if day < _FIRST_DAY:
        raise _wrong(spec, Text("{label}早于 1949 年：请核对", "{label} is before 1949: check it"))
    if spec.kind is Kind.DAY and day > today:
        raise _wrong(spec, Text("{label}还没到：只登记已发生的事", "{label} is still to come: enter what has happened"))
    return day


def _count(spec: Field, typed: str) -> int:
    if not is_number(typed) or not spec.least <= int(typed) <= spec.most:
        words = Text("{label}应为 {least} 到 {most} 的整数", "{label} must be a whole number from {least} to {most}")
        raise ValueError(words.filled(label=spec.label, least=spec.least, most=spec.most))
    return int(typed)


def _half_year(spec: Field, typed: str) -> str:
    year, _, half = typed.partition("-")
    if not (is_number(year) and len(year) == len("2026") and half in ("1", "2")):
        raise _wrong(spec, Text("{label}应写成 2026-1 或 2026-2", "{label} is written 2026-1 or 2026-2"))
    return typed


def _wrong(spec: Field, words: Text) -> ValueError:
    return ValueError(words.filled(label=spec.label))
