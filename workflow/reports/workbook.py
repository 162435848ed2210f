"""A report as an Excel workbook: a sheet of figures, one for each table, one for each list."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from typing import Any

from workflow.clock import LOCAL_ZONE
from workflow.reports import wording
from workflow.reports.figure import Cell
from workflow.reports.report import Report, Table
from workflow.roster.sheet_writing import new_book, write_row
from workflow.text import Text

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
_SUMMARY = Text("指标", "Figures")


def as_workbook(report: Report, locale: str = "zh") -> bytes:
    """The same report makes the same figures; text can never become a formula."""
    target = io.BytesIO()
    with new_book(target) as book:
        # The moment of the report, not of writing the file.
        book.set_properties({"title": report.name.within(locale), "created": report.as_of.astimezone(LOCAL_ZONE)})
        writer = _Writer(book, locale)
        writer.figures(report)
        for table in report.tables:
            writer.table(table)
        for named in wording.lists_of(report):
            writer.listing(named)
    return target.getvalue()


class _Writer:
    """Sheets of one book, their names made different."""

    def __init__(self, book: Any, locale: str) -> None:
        self._book = book
        self._locale = locale
        self._taken: set[str] = set()
        self._text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})

    def figures(self, report: Report) -> None:
        sheet = self._sheet(_SUMMARY)
        for place, width in enumerate((34, 18, 80)):
            sheet.set_column(place, place, width)
        row = self._rows(sheet, 0, [[report.name]], self._bold)
        row = self._rows(sheet, row, [[line] for line in wording.head(report)])
        for section in report.sections:
            row = self._rows(sheet, row + 1, [[section.title]], self._bold)
            if section.words is not None:
                row = self._rows(sheet, row, [[section.words]])
            row = self._rows(sheet, row, [[wording.INDICATOR, wording.NUMBER, wording.DEFINITION]], self._bold)
            lines = [
                [figure.name, _number(figure.value, figure.shown), figure.definition] for figure in section.figures
            ]
            row = self._rows(sheet, row, lines)
        self._rows(sheet, row + 1, [[remark] for remark in report.remarks])

    def table(self, table: Table) -> None:
        sheet = self._sheet(table.title)
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, len(table.columns), 14)
        row = self._rows(sheet, 0, [[table.title]], self._bold)
        row = self._rows(sheet, row, [[table.corner, *table.columns]], self._bold)
        for line in table.lines:
            cells: list[Cell] = [_number(figure.value, figure.shown) if figure else "" for figure in line.figures]
            name = "　" * line.depth + line.name.within(self._locale)
            row = self._rows(sheet, row, [[name, *cells]])
        sheet.freeze_panes(2, 1)

    def listing(self, named: wording.NamedList) -> None:
        """What is counted from it stands above its head."""
        listing, sheet = named.listing, self._sheet(named.name)
        sheet.set_column(0, max(len(listing.columns) - 1, 0), 26)
        self._rows(sheet, 0, [[named.title]], self._bold)
        self._rows(sheet, 1, [list(listing.columns)], self._bold)
        self._rows(sheet, 2, [list(row.cells) for row in listing.rows])
        sheet.freeze_panes(2, 0)

    def _rows(self, sheet: Any, first: int, lines: list[list[Cell]], text: Any = None) -> int:
        """Writes lines from a row on and answers the row after them."""
        for place, cells in enumerate(lines, first):
            values = [cell.within(self._locale) if isinstance(cell, Text) else cell for cell in cells]
            write_row(sheet, place, ["" if value is None else value for value in values], text or self._text, self._day)
        return first + len(lines)

    def _sheet(self, name: Text) -> Any:
        plain = _FORBIDDEN.sub(" ", name.within(self._locale)).strip()[:_LONGEST_NAME] or "-"
        taken, number = plain, 2
        while taken.lower() in self._taken:
            taken = f"{plain[: _LONGEST_NAME - 3]} {number}"
            number += 1
        self._taken.add(taken.lower())
        return self._book.add_worksheet(taken)


def _number(value: object, shown: Text) -> Any:
    if isinstance(value, Fraction):
        return float(value)
    return value if isinstance(value, int) else shown
