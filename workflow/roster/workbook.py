"""Opens a workbook safely and answers its sheets as plain values.

What the reader is given is a fresh archive of exactly the members that were checked, so a trick that makes two
zip readers see different things has nothing to work on.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from workflow.roster.archive import refuse_size, xml_members
from workflow.roster.census import Census
from workflow.roster.refusals import damaged, not_a_workbook

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows[0]` is Excel row 1. `merged` holds (first row, first column, last row, last column), counted from 0."""

    name: str
    rows: list[Row]
    merged: frozenset[tuple[int, int, int, int]]
    is_hidden: bool


def open_workbook(source: Path | bytes) -> Iterator[Sheet]:
    """The worksheets in order; raises InvalidInput where the file is no workbook or not safe to open."""
    try:
        workbook = CalamineWorkbook.from_filelike(_checked_copy(_bytes_of(source)))
        for sheet in workbook.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet:
                yield _sheet(workbook, sheet.name, sheet.visible != SheetVisibleEnum.Visible)
    except (CalamineError, OSError) as error:
        raise damaged() from error


def _bytes_of(source: Path | bytes) -> bytes:
    if isinstance(source, Path):
        if not source.is_file():
            raise not_a_workbook()
        refuse_size(source.stat().st_size)
        return source.read_bytes()
    refuse_size(len(source))
    return source


def _checked_copy(data: bytes) -> io.BytesIO:
    census = Census()
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as archive:
        for name, content in xml_members(data):
            census.count(content)
            archive.writestr(name, content)
    copy.seek(0)
    return copy


def _sheet(workbook: CalamineWorkbook, name: str, is_hidden: bool) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    merged = frozenset((*first, *last) for first, last in sheet.merged_cell_ranges or ())
    return Sheet(name, sheet.to_python(skip_empty_area=False), merged, is_hidden)
