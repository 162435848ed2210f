"""What reading a roster yields: rows to import, rows sent back with reasons, rows that repeat another, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.roster.places import Place
from workflow.roster.reasons import Reason
from workflow.roster.workbook import Cell
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row stands, and its values as found, kept for the error file.

    `counted_on` is the roster's reporting date, None where it has none or one that is still to come.
    """

    sheet: str
    row: int
    place: Place
    counted_on: date | None
    titles: tuple[str, ...]
    values: Sequence[Cell]

    @property
    def cells(self) -> dict[str, Cell]:
        """The values under their headings: known columns under their usual ones."""
        return {title: value for title, value in zip(self.titles, self.values, strict=False) if title}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One enterprise as the roster states it; None means that the roster says nothing."""

    source: Source
    name: str
    credit_code: str
    credit_code_letter: str
    founded_on: date | None
    employees: int | None
    on_scale: bool | None
    high_tech: bool | None
    full_members: int
    probationary_members: int
    activists: int
    applicants: int
    members_in_transit: int | None
    has_branch: bool
    intended_form: str | None
    remark: str | None


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong in one cell: its column as letter and heading, the value as found, and what to do."""

    reason: Reason
    letter: str
    heading: str
    found: str
    text: Text


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """Counts under its first problem; the others are listed so that one correction is enough."""

    source: Source
    problems: tuple[CellProblem, ...]

    @property
    def reason(self) -> Reason:
        return self.problems[0].reason


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """A good row whose credit code stood in a good row before; that first one is imported."""

    source: Source
    credit_code: str
    letter: str
    first: Source

    @property
    def text(self) -> Text:
        return Text(
            f"与工作表“{self.first.sheet}”第 {self.first.row} 行的信用代码相同，已按那一行导入；请删去其中一行",
            f"Same credit code as row {self.first.row} of sheet “{self.first.sheet}”, which was taken:"
            " remove one of the two",
        )


@dataclass(frozen=True, slots=True)
class Roster:
    """A workbook, read. `notes` tell what was left out or assumed."""

    sheets: int
    rows: tuple[RosterRow, ...]
    rejected: tuple[RejectedRow, ...]
    duplicates: tuple[DuplicateRow, ...]
    notes: tuple[Text, ...]

    def counts(self) -> dict[str, Any]:
        """The figures a person compares with the paper: sums run over the importable rows only."""
        return {
            "sheets": self.sheets,
            "data_rows": len(self.rows) + len(self.rejected) + len(self.duplicates),
            "importable": len(self.rows),
            "rejected": dict(Counter(str(row.reason) for row in self.rejected)),
            "duplicates": len(self.duplicates),
            **_sums(self.rows),
        }


def _sums(rows: Sequence[RosterRow]) -> dict[str, int]:
    return {
        "full_members": sum(row.full_members for row in rows),
        "probationary_members": sum(row.probationary_members for row in rows),
        "activists": sum(row.activists for row in rows),
        "applicants": sum(row.applicants for row in rows),
        "has_branch": sum(row.has_branch for row in rows),
        "employees": sum(row.employees or 0 for row in rows),
    }
