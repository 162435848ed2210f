"""One posted action form: what was typed, which button was pressed, and the command it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from werkzeug.datastructures import MultiDict

from web.cases.entry import Entered, entered, typed, with_row, without_row
from workflow.definition.model import Transition
from workflow.engine import Command
from workflow.errors import InvalidInput
from workflow.text import Text

OVERRIDE = "override."
# What steers the form and is not part of what was typed.
STEERING = frozenset(
    {"csrf_token", "add_row", "remove_row", "fill", "edit", "checked", "expected_version", "key", "put_aside", "shown"}
)


def fresh_key() -> str:
    """One key for each form shown: sent twice, it counts once."""
    return uuid4().hex


@dataclass(frozen=True)
class Sent:
    case_id: int
    transition: Transition
    form: MultiDict[str, str]

    @property
    def values(self) -> Entered:
        found = entered(self.transition.fields, self.form)
        if added := self.form.get("add_row"):
            return with_row(found, added)
        if removed := self.form.get("remove_row"):
            return without_row(found, removed)
        return found

    @property
    def asks_for_the_form(self) -> bool:
        """Rows more or less, or back from the check page: nothing is to be taken yet."""
        return any(name in self.form for name in ("add_row", "remove_row", "fill", "edit"))

    @property
    def fill(self) -> str:
        """What the count is to fill in by itself, empty where nothing is."""
        return self.form.get("fill", "")

    @property
    def is_put_aside(self) -> bool:
        return "put_aside" in self.form

    @property
    def is_checked(self) -> bool:
        return "checked" in self.form

    @property
    def version(self) -> int | None:
        return self.form.get("expected_version", type=int)

    @property
    def shown(self) -> str | None:
        """The token of what stood on the page, where it was one of a decision."""
        return self.form.get("shown") or None

    @property
    def key(self) -> str:
        return self.form.get("key") or fresh_key()

    @property
    def reason(self) -> str:
        return self.form.get("reason", "")

    @property
    def occurred_on(self) -> str:
        return self.form.get("occurred_on", "").strip()

    @property
    def overrides(self) -> dict[str, str]:
        return {
            name.removeprefix(OVERRIDE): value.strip()
            for name, value in self.form.items()
            if name.startswith(OVERRIDE) and value.strip()
        }

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Everything typed, to be carried through a page in between."""
        return [(name, value) for name, value in self.form.items(multi=True) if name not in STEERING]

    def command(self, actor_id: int) -> Command:
        """Raises InvalidInput where the day cannot be read; everything else is the engine's to judge."""
        return Command(
            self.case_id,
            self.transition.action,
            actor_id,
            data=self.data,
            expected_version=self.version,
            idempotency_key=self.key,
            occurred_on=_day(self.occurred_on),
            reason=self.reason.strip() or None,
            overrides=self.overrides,
            shown=self.shown,
        )

    @property
    def data(self) -> Mapping[str, object]:
        return typed(self.transition.fields, self.values)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        fault = Text("办理日期应为日期，如 2026-03-02", "The day must be a date such as 2026-03-02")
        raise InvalidInput({"occurred_on": fault}) from error
