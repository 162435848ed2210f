"""A figure of a report: counted from its own list, so that the two can never differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from workflow.text import Text

Cell = str | int | date | Text | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row of a list is about, where the product has a page for it: "case" or "enterprise", and its number."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    about: Subject | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows behind a figure."""

    columns: tuple[Text, ...]
    rows: tuple[Row, ...]

    def where(self, chosen: Callable[[Row], bool]) -> Listing:
        return replace(self, rows=tuple(row for row in self.rows if chosen(row)))


@dataclass(frozen=True, slots=True)
class Rate:
    """A share as a fraction; with an empty denominator there is none."""

    numerator: int
    denominator: int

    @property
    def permille(self) -> int | None:
        """Tenths of a percent, halves rounded up, in whole numbers."""
        return (2000 * self.numerator + self.denominator) // (2 * self.denominator) if self.denominator else None


# A fraction is a number of days with a half.
Value = int | Fraction | Rate | None


@dataclass(frozen=True, slots=True)
class Figure:
    """`code` names the figure within its report. A rate's listing is its numerator's, `base` its denominator's."""

    code: str
    name: Text
    unit: Text
    value: Value
    definition: Text
    listing: Listing = field(default=Listing((), ()))
    base: Listing | None = None

    @property
    def shown(self) -> Text:
        """The number as people read it: "32 个", "45.7%（16/35）", a dash where there is none."""
        if isinstance(self.value, Rate):
            return _rate_shown(self.value)
        if self.value is None:
            return Text("—", "—")
        number = f"{float(self.value):g}" if isinstance(self.value, Fraction) else str(self.value)
        return Text(f"{number} {self.unit.zh}".rstrip(), f"{number} {self.unit.en}".rstrip())


def _rate_shown(rate: Rate) -> Text:
    fraction = f"{rate.numerator}/{rate.denominator}"
    if rate.permille is None:
        return Text(f"—（{fraction}）", f"— ({fraction})")
    percent = f"{rate.permille // 10}.{rate.permille % 10}%"
    return Text(f"{percent}（{fraction}）", f"{percent} ({fraction})")


def counted(code: str, name: Text, unit: Text, definition: Text, listing: Listing) -> Figure:
    """How many rows the list has."""
    return Figure(code, name, unit, len(listing.rows), definition, listing)


def counted_once(code: str, name: Text, unit: Text, definition: Text, listing: Listing, column: int) -> Figure:
    """How many different values stand in a column: a person with two enterprises is one person."""
    return Figure(code, name, unit, len({row.cells[column] for row in listing.rows}), definition, listing)


def summed(code: str, name: Text, unit: Text, definition: Text, listing: Listing, column: int) -> Figure:
    """The sum of a column."""
    return Figure(code, name, unit, sum(_number(row.cells[column]) for row in listing.rows), definition, listing)


def rated(code: str, name: Text, definition: Text, part: Listing, whole: Listing) -> Figure:
    """The share that a part has in the whole."""
    rate = Rate(len(part.rows), len(whole.rows))
    return Figure(code, name, Text("%", "%"), rate, definition, part, whole)


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def rows(found: Iterable[Sequence[Any]], about: str = "", at: int = 0) -> tuple[Row, ...]:
    """Rows of a query as rows of a list; with `about`, the value at `at` is the number of what the row is about."""
    if not about:
        return tuple(Row(tuple(one)) for one in found)
    return tuple(Row((*one[:at], *one[at + 1 :]), Subject(about, one[at]) if one[at] else None) for one in found)
