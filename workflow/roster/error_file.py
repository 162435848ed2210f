"""The workbook of what was not taken: why, where, and the row as it was.

The first sheet is itself a roster: corrected in place, it can be imported again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from workflow.roster.columns import HEADINGS, TITLES, Column
from workflow.roster.report import ImportReport
from workflow.roster.returned import ABOUT, DUPLICATES_SHEET, REJECTED_SHEET
from workflow.roster.rows import DuplicateRow, RejectedRow, Source
from workflow.roster.sheet_writing import new_book, write_row
from workflow.roster.workbook import Cell

_WIDTHS = (12, 8, 8, 16, 26, 20, 48, 48)
_COLUMN_WIDTH = 20
# Keeps the second sheet from being read as a roster: its rows are in the system already.
_ORIGINAL = "原表："
_FIRST_ROW = 3

Line = tuple[Source, Sequence[Cell]]


def write_error_file(report: ImportReport, target: Path | IO[bytes]) -> None:
    """Every rejected row once, with all its problems, and every duplicate with the row it repeats."""
    with new_book(target) as book:
        rejected: list[Line] = [(row.source, _problems(row)) for row in report.rejected]
        _add_sheet(book, REJECTED_SHEET, "退回的行：照“怎么办”改正后，可以直接导入本文件", "", rejected)
        duplicates: list[Line] = [(row.source, _repetition(row)) for row in report.duplicates]
        _add_sheet(book, DUPLICATES_SHEET, "重复的行：同一信用代码已按先出现的一行导入", _ORIGINAL, duplicates)


def _problems(row: RejectedRow) -> list[Cell]:
    problems = row.problems
    return [
        row.source.sheet,
        row.source.row,
        "\n".join(problem.letter for problem in problems),
        "\n".join(problem.heading for problem in problems),
        "\n".join(problem.reason for problem in problems),
        "\n".join(problem.found for problem in problems),
        "\n".join(problem.text.zh for problem in problems),
        "\n".join(problem.text.en for problem in problems),
    ]


def _repetition(row: DuplicateRow) -> list[Cell]:
    source = row.source
    title = TITLES[Column.CREDIT_CODE].zh
    return [source.sheet, source.row, row.letter, title, "duplicate", row.credit_code, row.text.zh, row.text.en]


def _add_sheet(book: Any, name: str, title: str, prefix: str, lines: Sequence[Line]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    columns = _columns([source for source, _ in lines])
    for place in range(len(ABOUT) + len(columns)):
        sheet.set_column(place, place, _WIDTHS[place] if place < len(_WIDTHS) else _COLUMN_WIDTH)
    sheet.write_string(0, 0, title, book.add_format({"bold": True}))
    sheet.write_string(1, 0, _reporting_date(lines))
    write_row(sheet, _FIRST_ROW - 1, [*ABOUT, *(prefix + column for column in columns)], bold, day)
    for row, (source, about) in enumerate(lines, _FIRST_ROW):
        cells = _cells(source)
        write_row(sheet, row, [*about, *(cells.get(column, "") for column in columns)], text, day)
    sheet.freeze_panes(_FIRST_ROW, 2)


def _columns(sources: Sequence[Source]) -> list[str]:
    """Every column of these rows: the known ones in their usual order, then the others as they came."""
    seen = dict.fromkeys(title for source in sources for title in _cells(source))
    usual = [heading.title.zh for heading in HEADINGS if heading.title.zh in seen]
    return usual + [title for title in seen if title not in usual]


def _cells(source: Source) -> dict[str, Cell]:
    """The row as found, with its town and chamber, which the sheet's title told.

    What an earlier file of this kind said of the row is said anew.
    """
    place = {TITLES[Column.TOWN].zh: source.place.town, TITLES[Column.CHAMBER].zh: source.place.chamber}
    found = {title: cell for title, cell in source.cells.items() if title not in ABOUT}
    return {**found, **place}


def _reporting_date(lines: Sequence[Line]) -> str:
    """Carried over where all rows share it, so that a second import knows how old the figures are."""
    days = {source.counted_on for source, _ in lines}
    day = days.pop() if len(days) == 1 else None
    return f"填报日期：{day.isoformat()}" if day else ""
