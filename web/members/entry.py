"""Posted forms about persons as the commands want them: days and numbers read, what cannot be read refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from web.cases.entry import WHOLE_NUMBER
from workflow.errors import InvalidInput
from workflow.members.letters import Letter
from workflow.text import Text

NO_DAY = Text("应为日期，如 2026-03-02", "must be a date such as 2026-03-02")
MISSING = Text("请填写", "Please fill this in")
NO_NUMBER = Text("应为整数", "must be a whole number")


class Posted:
    """Collects faults; `require_sound` raises them together."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self.form = form
        self._faults: dict[str, Text] = {}

    def text(self, name: str) -> str:
        return self.form.get(name, "").replace("\x00", "").strip()

    def day(self, name: str) -> date | None:
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self._faults[name] = NO_DAY
            return None

    def due_day(self, name: str) -> date:
        """A day that has to be there; today's place is taken until the faults are raised."""
        found = self.day(name)
        if found is None:
            self._faults.setdefault(name, MISSING)
        return found or date.min

    def number(self, name: str) -> int:
        text = self.text(name)
        if not WHOLE_NUMBER.fullmatch(text) or len(text) > 18:
            self._faults[name] = NO_NUMBER if text else MISSING
            return 0
        return int(text)

    def optional_number(self, name: str) -> int | None:
        return self.number(name) if self.text(name) else None

    def letter(self) -> Letter:
        return Letter(
            self.text("from_name"),
            self.text("letter_no"),
            self.day("letter_on"),
            self.day("valid_until"),
            self.day("received_on"),
        )

    def require_sound(self) -> None:
        if self._faults:
            raise InvalidInput(self._faults)
