"""A report as JSON: everything it says, in one fixed spelling, so that its digest means its content."""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from workflow.reports.figure import Cell, Figure, Listing, Rate, Row, Value
from workflow.reports.report import Report, Table
from workflow.text import Text


def as_dict(report: Report, *, with_lists: bool = True) -> dict[str, Any]:
    """Words in both languages, days as ISO dates."""
    return {
        "code": report.code,
        "name": report.name.as_dict(),
        "from": report.from_on.isoformat(),
        "to": report.to_on.isoformat(),
        "area": report.area.as_dict(),
        "as_of": report.as_of.isoformat(),
        "settings": [{"name": name.as_dict(), "choice": choice.as_dict()} for name, choice in report.settings.items()],
        "sections": [
            {
                "title": section.title.as_dict(),
                "words": section.words.as_dict() if section.words else None,
                "figures": [figure_as_dict(figure, with_lists=with_lists) for figure in section.figures],
            }
            for section in report.sections
        ],
        "tables": [_table(table, with_lists) for table in report.tables],
        "remarks": [remark.as_dict() for remark in report.remarks],
    }


def canonical(report: Report) -> str:
    """One spelling: keys sorted, no spare blanks, Chinese as itself."""
    return json.dumps(as_dict(report), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def figure_as_dict(figure: Figure, *, with_lists: bool = True) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": figure.code,
        "name": figure.name.as_dict(),
        "definition": figure.definition.as_dict(),
        "unit": figure.unit.as_dict(),
        "shown": figure.shown.as_dict(),
        **value_as_dict(figure.value),
        "rows": len(figure.listing.rows),
    }
    if with_lists:
        found["list"] = list_as_dict(figure.listing)
        found["base"] = list_as_dict(figure.base) if figure.base else None
    return found


def value_as_dict(value: Value) -> dict[str, Any]:
    if isinstance(value, Rate):
        return {"value": None, "numerator": value.numerator, "denominator": value.denominator}
    number = float(value) if isinstance(value, Fraction) else value
    return {"value": number, "numerator": None, "denominator": None}


def list_as_dict(listing: Listing) -> dict[str, Any]:
    return {
        "columns": [column.as_dict() for column in listing.columns],
        "rows": [_row(row) for row in listing.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    about = {"kind": row.about.kind, "id": row.about.id} if row.about else None
    return {"cells": [_cell(cell) for cell in row.cells], "about": about}


def _cell(cell: Cell) -> Any:
    if isinstance(cell, Text):
        return cell.as_dict()
    return cell.isoformat() if isinstance(cell, date | datetime) else cell


def _cell_of_table(figure: Figure | None, with_lists: bool) -> dict[str, Any] | None:
    """What a cell is counted from is named by number alone: whole rows in every cell would make a book of a table."""
    if figure is None:
        return None
    cell = figure_as_dict(figure, with_lists=False)
    if with_lists:
        cell["subjects"] = [row.about.id if row.about else None for row in figure.listing.rows]
    return cell


def _table(table: Table, with_lists: bool) -> dict[str, Any]:
    return {
        "title": table.title.as_dict(),
        "corner": table.corner.as_dict(),
        "columns": [column.as_dict() for column in table.columns],
        "lines": [
            {
                "name": line.name.as_dict(),
                "depth": line.depth,
                "figures": [_cell_of_table(figure, with_lists) for figure in line.figures],
            }
            for line in table.lines
        ],
    }
