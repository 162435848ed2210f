"""What an import did, or would do: for the console, the web page, the job's record and the error file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workflow.roster.deciding import Step
from workflow.roster.rows import DuplicateRow, RejectedRow, Roster, Source
from workflow.text import Text

# The page and the job's record show so many rows of a kind; the error file holds all of them.
SHOWN_ROWS = 200


@dataclass(frozen=True, slots=True)
class Remark:
    """A row that was imported but where the roster and the system disagree."""

    source: Source
    text: Text


@dataclass(slots=True)
class Tally:
    """Counts steps as their chunks are done."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    cases_opened: int = 0
    covered: int = 0
    newer_figures_kept: int = 0
    remarks: list[Remark] = field(default_factory=list)

    def add(self, step: Step) -> None:
        self.created += step.is_new
        self.updated += step.is_update
        self.unchanged += not (step.is_new or step.is_update)
        self.cases_opened += step.opens_case
        self.covered += step.covers
        self.newer_figures_kept += step.keeps_newer_figures
        self.remarks.extend(Remark(step.row.source, text) for text in step.remarks)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`covered` counts enterprises newly recorded as having a branch; `counts` what the file holds."""

    dry_run: bool
    roster: Roster
    tally: Tally
    organisations_created: tuple[str, ...]
    organisations_missing: tuple[str, ...]

    @property
    def counts(self) -> dict[str, Any]:
        return self.roster.counts()

    @property
    def rejected(self) -> tuple[RejectedRow, ...]:
        return self.roster.rejected

    @property
    def duplicates(self) -> tuple[DuplicateRow, ...]:
        return self.roster.duplicates

    @property
    def notes(self) -> tuple[Text, ...]:
        return self.roster.notes

    @property
    def created(self) -> int:
        return self.tally.created

    @property
    def updated(self) -> int:
        return self.tally.updated

    @property
    def unchanged(self) -> int:
        return self.tally.unchanged

    @property
    def cases_opened(self) -> int:
        return self.tally.cases_opened

    @property
    def covered(self) -> int:
        return self.tally.covered

    @property
    def changes_nothing(self) -> bool:
        return not (self.created or self.updated or self.cases_opened or self.organisations_created)

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON; of rejected and duplicate rows and remarks the first `SHOWN_ROWS` each."""
        return {
            "dry_run": self.dry_run,
            "changes_nothing": self.changes_nothing,
            "counts": self.counts,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "cases_opened": self.cases_opened,
            "covered": self.covered,
            "newer_figures_kept": self.tally.newer_figures_kept,
            "organisations_created": list(self.organisations_created),
            "organisations_missing": list(self.organisations_missing),
            "notes": [note.as_dict() for note in self.notes],
            "rejected_rows": [_rejected(row) for row in self.rejected[:SHOWN_ROWS]],
            "duplicate_rows": [_duplicate(row) for row in self.duplicates[:SHOWN_ROWS]],
            "remarks": [_remark(remark) for remark in self.tally.remarks[:SHOWN_ROWS]],
        }


def _rejected(row: RejectedRow) -> dict[str, Any]:
    return {
        "sheet": row.source.sheet,
        "row": row.source.row,
        "reason": str(row.reason),
        "problems": [
            {
                "reason": str(problem.reason),
                "column": problem.letter,
                "heading": problem.heading,
                "found": problem.found,
                "text": problem.text.as_dict(),
            }
            for problem in row.problems
        ],
    }


def _duplicate(row: DuplicateRow) -> dict[str, Any]:
    return {
        "sheet": row.source.sheet,
        "row": row.source.row,
        "credit_code": row.credit_code,
        "first_sheet": row.first.sheet,
        "first_row": row.first.row,
        "text": row.text.as_dict(),
    }


def _remark(remark: Remark) -> dict[str, Any]:
    return {"sheet": remark.source.sheet, "row": remark.source.row, "text": remark.text.as_dict()}
