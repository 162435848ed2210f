"""Writes values into a sheet as what they are; text can never become a formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from workflow.roster.spreadsheet_text import harmless
from workflow.roster.workbook import Cell

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def new_book(target: Path | IO[bytes]) -> Any:
    """An xlsxwriter workbook, to be used in a `with` statement."""
    return xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, _OPTIONS)


def write_row(sheet: Any, row: int, cells: Sequence[Cell], text: Any, day: Any) -> None:
    """`text` and `day` are the formats; numbers that Excel cannot hold are written as text."""
    for place, cell in enumerate(cells):
        if isinstance(cell, bool):
            sheet.write_boolean(row, place, cell, text)
        elif isinstance(cell, int | float) and math.isfinite(cell):
            sheet.write_number(row, place, cell)
        elif isinstance(cell, date) and (not isinstance(cell, datetime) or cell.tzinfo is None):
            sheet.write_datetime(row, place, cell, day)
        else:
            sheet.write_string(row, place, harmless(str(cell)), text)
