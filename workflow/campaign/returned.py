"""The workbook of what is wrong with a ledger: on each sheet the faulty rows, with reasons beside them."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from workflow.campaign.lines import Fault
from workflow.campaign.outcome import LedgerOutcome
from workflow.roster.sheet_writing import new_book, write_row
from workflow.roster.workbook import Cell

_ABOUT = ("行", "列", "原因代码", "怎么办", "What to do")
_WIDTHS = (8, 16, 20, 60, 60)
_COLUMN_WIDTH = 22


def write_returned(outcome: LedgerOutcome, target: Path | IO[bytes]) -> None:
    """One sheet for each of the ledger's that has a faulty row; each row once, with all its faults."""
    with new_book(target) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        for name, rows in _by_sheet(outcome.faults).items():
            sheet = book.add_worksheet(name)
            headings = list(next(iter(rows.values()))[0].place.cells)
            _set_widths(sheet, len(headings))
            write_row(sheet, 0, [*_ABOUT, *headings], bold, day)
            for place, faults in enumerate(rows.values(), 1):
                write_row(sheet, place, [*_about(faults), *faults[0].place.cells.values()], text, day)
            sheet.freeze_panes(1, 1)


def _by_sheet(faults: tuple[Fault, ...]) -> dict[str, dict[int, list[Fault]]]:
    found: dict[str, dict[int, list[Fault]]] = {}
    for fault in faults:
        found.setdefault(fault.place.sheet, {}).setdefault(fault.place.row, []).append(fault)
    return found


def _about(faults: list[Fault]) -> list[Cell]:
    return [
        faults[0].place.row,
        "\n".join(f"{fault.letter} {fault.heading}" for fault in faults),
        "\n".join(fault.reason for fault in faults),
        "\n".join(fault.text.zh for fault in faults),
        "\n".join(fault.text.en for fault in faults),
    ]


def _set_widths(sheet: Any, headings: int) -> None:
    for place in range(len(_ABOUT) + headings):
        sheet.set_column(place, place, _WIDTHS[place] if place < len(_WIDTHS) else _COLUMN_WIDTH)
