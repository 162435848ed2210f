"""The parameters of an address as values. What cannot be read is remembered, so that all faults are told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Protocol

from workflow.errors import InvalidInput
from workflow.text import Text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})
LONGEST_WORD = 100
# Beyond this no store holds a number; SQLite's driver would raise instead of finding nothing.
MOST_DIGITS = 18


def is_number(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) <= MOST_DIGITS


def address_args(wanted: DataclassInstance) -> dict[str, str]:
    """The parameters of an address that say what is set in a filter."""
    values = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    return {name: "1" if value is True else str(value) for name, value in values.items() if value}


class Named(Protocol):
    """A state or a stage: what a code stands for."""

    @property
    def name(self) -> Text: ...


class Parameters:
    """A parameter that is missing or empty reads as "does not matter"."""

    def __init__(self, args: Mapping[str, str]) -> None:
        self._args = args
        self._faults: dict[str, Text] = {}

    def word(self, name: str) -> str:
        return self._args.get(name, "").strip()[:LONGEST_WORD]

    def code(self, name: str, known: Mapping[str, Named]) -> str:
        """One of the known codes."""
        code = self.word(name)
        if code and code not in known:
            names = [one.name for one in known.values()]
            self._faults[name] = Text(
                f"地址里的筛选条件“{code}”不存在：请在列表上方重新选择。可选：{'、'.join(n.zh for n in names)}",
                f"The address asks for “{code}”, which there is not: choose again above the list."
                f" There are: {', '.join(n.en for n in names)}",
            )
        return code

    def flag(self, name: str) -> bool:
        value = self.word(name).lower()
        if value not in YES | NO:
            self._faults[name] = Text(f"{name} 只能是 true 或 false", f"{name} is true or false")
        return value in YES

    def number(self, name: str) -> int | None:
        value = self.word(name)
        if value and not is_number(value):
            self._faults[name] = Text(f"{name} 应为编号", f"{name} must be a number")
        return int(value) if is_number(value) else None

    def month(self, name: str) -> str:
        """A month as "2026-03"."""
        value = self.word(name)
        try:
            return date.fromisoformat(f"{value}-01").strftime("%Y-%m") if value else ""
        except ValueError:
            self._faults[name] = Text(f"{name} 应写成 2026-03 的样子", f"{name} is written like 2026-03")
            return ""

    def require_sound(self) -> None:
        """Raises InvalidInput naming each parameter that could not be read."""
        if self._faults:
            raise InvalidInput(self._faults)
