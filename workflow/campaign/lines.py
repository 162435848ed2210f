"""What reading a ledger yields: lines whose cells make sense, and faults with their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.campaign.sheets import LedgerSheet
from workflow.roster.workbook import Cell
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands in the workbook, and its cells as found under their headings."""

    sheet: str
    row: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet: its values by the heading they stand under."""

    sheet: LedgerSheet
    place: Place
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell: its letter and heading, the value as found, what to do. `reason` is a stable code."""

    place: Place
    letter: str
    heading: str
    found: str
    reason: str
    text: Text


@dataclass(frozen=True, slots=True)
class Ledger:
    """A workbook, read. `notes` tell what was left out."""

    lines: tuple[Line, ...]
    letters: Mapping[str, Mapping[str, str]]
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]

    def letter(self, line: Line, heading: str) -> str:
        return self.letters[line.sheet.name].get(heading, "")


def rows_read(ledger: Ledger) -> dict[str, int]:
    """How many rows each sheet has, the faulty ones among them."""
    places: Sequence[Place] = [line.place for line in ledger.lines] + [fault.place for fault in ledger.faults]
    rows: dict[str, set[int]] = {}
    for place in places:
        rows.setdefault(place.sheet, set()).add(place.row)
    return {sheet: len(found) for sheet, found in rows.items()}
