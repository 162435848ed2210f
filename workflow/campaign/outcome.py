"""What an import of a ledger did, or would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.campaign.lines import Fault
from workflow.text import Text

SHOWN = 200


@dataclass(slots=True)
class SheetTally:
    """Lines of one sheet: all of them, and what became of the sound ones."""

    rows: int = 0
    added: int = 0
    corrected: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class LedgerOutcome:
    """With any fault nothing was imported, whatever the tallies say an import would do."""

    dry_run: bool
    sheets: Mapping[str, SheetTally]
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]

    @property
    def is_refused(self) -> bool:
        return bool(self.faults)

    @property
    def changes_nothing(self) -> bool:
        return not any(tally.added or tally.corrected for tally in self.sheets.values())

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON; the first `SHOWN` faults and notes."""
        return {
            "dry_run": self.dry_run,
            "is_refused": self.is_refused,
            "changes_nothing": self.changes_nothing,
            "sheets": [
                {"sheet": name, "rows": one.rows, "added": one.added, "corrected": one.corrected, "same": one.unchanged}
                for name, one in self.sheets.items()
            ],
            "faults_total": len(self.faults),
            "faults": [fault_as_dict(fault) for fault in self.faults[:SHOWN]],
            "notes": [note.as_dict() for note in self.notes[:SHOWN]],
        }


def fault_as_dict(fault: Fault) -> dict[str, Any]:
    return {
        "sheet": fault.place.sheet,
        "row": fault.place.row,
        "column": fault.letter,
        "heading": fault.heading,
        "found": fault.found,
        "reason": fault.reason,
        "text": fault.text.as_dict(),
    }


def summarise(outcome: LedgerOutcome) -> Text:
    """One matter on each line, the verdict last."""
    lines = list(_lines(outcome))
    return Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))


def _lines(outcome: LedgerOutcome) -> Iterator[Text]:
    for name, one in outcome.sheets.items():
        yield Text(
            f"{name}：{one.rows} 行，新增 {one.added}，更正 {one.corrected}，不变 {one.unchanged}",
            f"{name}: {one.rows} rows, {one.added} added, {one.corrected} corrected, {one.unchanged} unchanged",
        )
    yield from outcome.notes
    if outcome.is_refused:
        yield Text(
            f"有 {len(outcome.faults)} 处错误，没有导入任何数据：改正后重新导入",
            f"{len(outcome.faults)} faults, so nothing was imported: mend them and import again",
        )
    elif outcome.changes_nothing:
        yield Text("没有任何变化", "Nothing changed")
    elif outcome.dry_run:
        yield Text("这是试运行，没有写入任何数据", "This was a dry run: nothing was written")
    else:
        yield Text("导入完成", "The import is done")
