"""What was ticked and filled in to assign an instructor to several cases, and doing it one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from web.actor import actor
from web.context import reading, versions
from workflow.engine import Command, perform
from workflow.errors import InvalidInput, WorkflowError
from workflow.queries.case_list import CaseRow, visible_rows
from workflow.queries.parameters import is_number
from workflow.runtime import Runtime
from workflow.text import Text

ACTION = "assign_instructor"
# What may be overridden here with a reason: the cap on an instructor's enterprises.
CAP_GUARD = "instructor_has_room"
MOST = 200


@dataclass(frozen=True, slots=True)
class Picked:
    """`versions` are those the person saw, by case; `key` belongs to the form and makes a repeated press harmless."""

    rows: tuple[CaseRow, ...]
    versions: Mapping[int, int]
    key: str
    instructor: str = ""
    no_conflict: bool = False
    reason: str = ""

    def require_complete(self) -> None:
        faults: dict[str, Text] = {}
        if not self.rows:
            faults["case"] = Text("请先勾选企业", "Tick the enterprises first")
        if not self.instructor:
            faults["instructor"] = Text("请选择指导员", "Choose the instructor")
        if not self.no_conflict:
            faults["no_conflict"] = Text("请先核实并勾选", "Check it and tick the box")
        if faults:
            raise InvalidInput(faults)

    def command(self, case_id: int, actor_id: int) -> Command:
        """The key names the instructor too: another choice on the same form is another request."""
        return Command(
            case_id,
            ACTION,
            actor_id,
            data={"instructor": self.instructor, "no_conflict": self.no_conflict},
            expected_version=self.versions.get(case_id),
            idempotency_key=f"{self.key}:{case_id}:{self.instructor}" if self.key else None,
            reason=self.reason or None,
            overrides={CAP_GUARD: self.reason} if self.reason else {},
        )


@dataclass(frozen=True, slots=True)
class Result:
    """`refusal` None: done."""

    row: CaseRow
    refusal: Text | None


def read_picked(cases: Sequence[str], key: str, form: Mapping[str, str] | None = None) -> Picked:
    """`cases` are "12" or "12:3" (number and version seen); what the person may not see falls away silently."""
    form = form or {}
    seen = {}
    for word in cases[:MOST]:
        number, _, version = word.partition(":")
        if is_number(number):
            seen[int(number)] = int(version) if is_number(version) else None
    rows = visible_rows(reading(), actor(), list(seen), versions())
    return Picked(
        rows=rows,
        versions={row.id: seen[row.id] or row.version for row in rows},
        key=key[:100],
        instructor=form.get("instructor", "").strip(),
        no_conflict=form.get("no_conflict") == "true",
        reason=form.get("reason", "").strip(),
    )


def assign_each(runtime: Runtime, picked: Picked, actor_id: int) -> list[Result]:
    return [Result(row, _refusal(runtime, picked.command(row.id, actor_id))) for row in picked.rows]


def _refusal(runtime: Runtime, command: Command) -> Text | None:
    try:
        perform(runtime, command)
    except WorkflowError as refused:
        return refused.text
    return None
