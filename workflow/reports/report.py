"""A report: figures in sections, tables of figures, and what it says in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from workflow.errors import NotFound
from workflow.reports.figure import Figure
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Section:
    """Figures under a heading; `words` is the paragraph that a report in prose says of them."""

    title: Text
    figures: tuple[Figure, ...]
    words: Text | None = None


@dataclass(frozen=True, slots=True)
class TableLine:
    """`figures` are in the order of the table's columns."""

    name: Text
    figures: tuple[Figure | None, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Every cell is a figure with its own list; None where a form has no such cell."""

    title: Text
    corner: Text
    columns: tuple[Text, ...]
    lines: tuple[TableLine, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`settings` are the local choices it was made by; `as_of` is when it was counted."""

    code: str
    name: Text
    from_on: date
    to_on: date
    area: Text
    as_of: datetime
    sections: tuple[Section, ...]
    tables: tuple[Table, ...] = ()
    settings: Mapping[Text, Text] = field(default_factory=dict)
    remarks: tuple[Text, ...] = ()

    def figures(self) -> Iterator[Figure]:
        """Those of the sections, then those of the tables."""
        for section in self.sections:
            yield from section.figures
        for table in self.tables:
            for line in table.lines:
                yield from (figure for figure in line.figures if figure is not None)

    def figure(self, code: str) -> Figure:
        """Raises NotFound for a code of none."""
        found = next((figure for figure in self.figures() if figure.code == code), None)
        if found is None:
            raise NotFound("figure", code)
        return found
