"""Which cases are meant: one definition for every figure and for the list behind it, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from workflow.clock import add_months
from workflow.definition.model import Definition
from workflow.errors import InvalidInput
from workflow.text import Text

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})
LONGEST_WORD = 100


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Every condition that is set must hold. Empty text, None and False mean: does not matter.

    `town` and `chamber` are the number of an organisation or a part of its name; `q` is a part of the enterprise's name
    or the beginning of its credit code. `entered` and `left` are headline stages, moved into or out of in `month`
    ("2026-03"); `nobody` are cases whose next step no active person holds.
    """

    stage: str = ""
    state: str = ""
    town: str = ""
    chamber: str = ""
    instructor: int | None = None
    q: str = ""
    open: bool = False
    overdue: bool = False
    nobody: bool = False
    mine: bool = False
    entered: str = ""
    left: str = ""
    month: str = ""

    def as_args(self) -> dict[str, str]:
        """The parameters of an address that `read_filter` reads back as this filter."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: "1" if value is True else str(value) for name, value in values.items() if value}

    def month_days(self, today: date) -> tuple[date, date]:
        """The first day of `month` (the present one where none is named), and the first day after it."""
        first = date.fromisoformat(f"{self.month}-01") if self.month else today.replace(day=1)
        return first, add_months(first, 1)


def read_filter(args: Mapping[str, str], definition: Definition) -> CaseFilter:
    """Reads the parameters of an address; others are left to their owners. Raises InvalidInput naming each bad one."""
    words = {name: args.get(name, "").strip()[:LONGEST_WORD] for name in ("town", "chamber", "q")}
    faults: dict[str, Text] = {}
    codes = {
        name: _code(args.get(name, ""), name, known, faults)
        for name, known in (
            ("stage", definition.stages),
            ("state", definition.states),
            ("entered", definition.stages),
            ("left", definition.stages),
        )
    }
    flags = {name: _flag(args.get(name, ""), name, faults) for name in ("open", "overdue", "nobody", "mine")}
    instructor = _number(args.get("instructor", ""), "instructor", faults)
    month = _month(args.get("month", ""), faults)
    if faults:
        raise InvalidInput(faults)
    return CaseFilter(**words, **codes, **flags, instructor=instructor, month=month)


def _code(raw: str, name: str, known: Mapping[str, object], faults: dict[str, Text]) -> str:
    code = raw.strip()
    if code and code not in known:
        faults[name] = Text(f"{name} 只能是：{'、'.join(known)}", f"{name} is one of: {', '.join(known)}")
    return code


def _flag(raw: str, name: str, faults: dict[str, Text]) -> bool:
    value = raw.strip().lower()
    if value not in YES | NO:
        faults[name] = Text(f"{name} 只能是 true 或 false", f"{name} is true or false")
    return value in YES


def _number(raw: str, name: str, faults: dict[str, Text]) -> int | None:
    value = raw.strip()
    if not value:
        return None
    # Beyond this no store holds a number; SQLite's driver would raise instead of finding nothing.
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        faults[name] = Text(f"{name} 应为编号", f"{name} must be a number")
        return None
    return int(value)


def _month(raw: str, faults: dict[str, Text]) -> str:
    value = raw.strip()
    try:
        return date.fromisoformat(f"{value}-01").strftime("%Y-%m") if value else ""
    except ValueError:
        faults["month"] = Text("month 应写成 2026-03 的样子", "month is written like 2026-03")
        return ""
