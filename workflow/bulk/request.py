"""What is asked for many cases at once, and which actions can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.engine import Command
from workflow.errors import InvalidInput
from workflow.text import Text

MOST = 200
# The longest key of a request: the number of a case is put behind it.
LONGEST_KEY = 200

# The actions that can be taken on many cases, with what has to be entered for each of them; the rest holds for all.
# Decisions that cannot be taken back are read one by one and stand not here.
EACH: Mapping[str, tuple[str, ...]] = {
    "assign_instructor": ("instructor",),
    "reassign": ("instructor",),
    "accept": ("receipt_no",),
    "return": (),
    "return_candidates": (),
    "reject_result": (),
    "return_filing": (),
    "hold": (),
    "resume": (),
    "start_training": (),
    "mark_ready": (),
    "agree_reopening": (),
    "reopen": (),
    "log_visit": (),
}
NAMES_INSTRUCTOR = frozenset({"assign_instructor", "reassign"})


@dataclass(frozen=True, slots=True)
class Item:
    """One case: the version the person saw (None: do not compare), and what is entered for it alone."""

    case_id: int
    version: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bulk:
    """`data`, `reason`, `occurred_on` and `overrides` hold for all items."""

    action: str
    items: tuple[Item, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    occurred_on: date | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None

    def command(self, item: Item, actor_id: int) -> Command:
        """Each item has a key of its own, so that a repeated request does nothing twice."""
        return Command(
            item.case_id,
            self.action,
            actor_id,
            data={**self.data, **item.data},
            expected_version=item.version,
            idempotency_key=f"{self.key}:{item.case_id}" if self.key else None,
            occurred_on=self.occurred_on,
            reason=self.reason,
            overrides=self.overrides,
        )

    def require_sound(self) -> None:
        """Raises InvalidInput for what no item could mend."""
        faults: dict[str, Text] = {}
        ids = [item.case_id for item in self.items]
        if self.action not in EACH:
            faults["action"] = Text(
                "这一步须逐件办理，不能批量办理：请打开案件单独办理",
                "This step is taken case by case: open each case",
            )
        if not ids:
            faults["items"] = Text("请先勾选案件", "Choose the cases first")
        elif len(ids) > MOST:
            faults["items"] = Text(f"一次最多 {MOST} 件：请缩小范围", f"{MOST} cases at most: narrow the list")
        elif len(set(ids)) < len(ids):
            faults["items"] = Text("同一案件出现了两次：请去掉重复的", "A case stands there twice: leave one out")
        if self.key is not None and not 0 < len(self.key) <= LONGEST_KEY:
            faults["idempotency_key"] = Text(
                f"幂等键为 1 到 {LONGEST_KEY} 个字符", f"The key has 1 to {LONGEST_KEY} characters"
            )
        if faults:
            raise InvalidInput(faults)
