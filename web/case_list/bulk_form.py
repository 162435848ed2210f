"""What was ticked and filled in to take one action on several cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from web.actor import actor
from web.cases.entry import Entered, entered, typed
from web.context import reading, runtime, versions
from workflow.bulk.plan import CAP_GUARD
from workflow.bulk.request import EACH, MOST, NAMES_INSTRUCTOR, Bulk, Item
from workflow.definition.model import Field, Transition
from workflow.errors import InvalidInput, NotFound
from workflow.queries.case_list import CaseRow, visible_rows
from workflow.queries.parameters import is_number
from workflow.text import Text


@dataclass(frozen=True)
class BulkForm:
    """`versions` are those the person saw, by case; what is entered for one case is named "receipt_no.12"."""

    transition: Transition
    rows: tuple[CaseRow, ...]
    versions: Mapping[int, int]
    form: MultiDict[str, str]

    @property
    def each(self) -> list[Field]:
        """Entered for each case. An instructor is chosen for all, or proposed for each."""
        if self.names_instructor:
            return []
        return [field for field in self.transition.fields if field.name in EACH[self.transition.action]]

    @property
    def shared(self) -> list[Field]:
        own = EACH[self.transition.action]
        return [f for f in self.transition.fields if f.name not in own and f.type != "boolean"]

    @property
    def names_instructor(self) -> bool:
        return self.transition.action in NAMES_INSTRUCTOR

    @property
    def values(self) -> Entered:
        return entered(self.shared, self.form)

    @property
    def reason(self) -> str:
        return self.form.get("reason", "").strip()

    @property
    def over_cap(self) -> str:
        return self.form.get("over_cap", "").strip()

    @property
    def instructor(self) -> str:
        return self.form.get("instructor", "").strip()

    def of_case(self, name: str, case_id: int) -> str:
        return self.form.get(f"{name}.{case_id}", "").strip()

    def require_complete(self) -> None:
        faults: dict[str, Text] = {}
        if not self.rows:
            faults["case"] = Text("请先勾选案件", "Tick the cases first")
        if self.transition.reason == "required" and not self.reason:
            faults["reason"] = Text("请填写理由", "Give a reason")
        if self.names_instructor and self.form.get("no_conflict") != "true":
            faults["no_conflict"] = Text("请先核实并勾选", "Check it and tick the box")
        if faults:
            raise InvalidInput(faults)

    def bulk(self) -> Bulk:
        """The request as it stands; an instructor chosen for all is in `data`, one for each in the items."""
        data: dict[str, Any] = typed(self.shared, self.values)
        if self.names_instructor:
            data["no_conflict"] = self.form.get("no_conflict") == "true"
            if self.instructor:
                data["instructor"] = self.instructor
        key = self.form.get("key", "")[:100]
        return Bulk(
            self.transition.action,
            tuple(Item(row.id, self.versions.get(row.id), self._own(row.id)) for row in self.rows),
            data=data,
            reason=self.reason or None,
            overrides={CAP_GUARD: self.over_cap} if self.names_instructor and self.over_cap else {},
            key=key or None,
        )

    def _own(self, case_id: int) -> dict[str, Any]:
        fields = [f for f in self.transition.fields if f.name in EACH[self.transition.action]]
        return typed(fields, {field.name: self.of_case(field.name, case_id) for field in fields})


def read_form(action: str, cases: Sequence[str], form: MultiDict[str, str]) -> BulkForm:
    """Raises NotFound for an action that is not taken on several cases."""
    transition = runtime().branch_formation.transitions.get(action)
    if transition is None or action not in EACH:
        raise NotFound("action", action)
    seen = read_cases(cases)
    rows = visible_rows(reading(), actor(), list(seen), versions())
    return BulkForm(transition, rows, {row.id: seen[row.id] or row.version for row in rows}, form)


def read_cases(words: Sequence[str]) -> dict[int, int | None]:
    """ "12" or "12:3": number and version seen; what cannot be read falls away."""
    found: dict[int, int | None] = {}
    for word in words[:MOST]:
        number, _, version = word.partition(":")
        if is_number(number):
            found[int(number)] = int(version) if is_number(version) else None
    return found
