"""Which cases are meant: one definition for every figure and for the list behind it, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workflow.clock import add_months
from workflow.definition.versions import Versions
from workflow.queries.parameters import Parameters, address_args, is_number
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Every condition that is set must hold. Empty text, None and False mean: does not matter.

    `town` and `chamber` are the number of an organisation or a part of its name; `q` is a part of the enterprise's name
    or the beginning of its credit code. `holder` is the one person who has the next step; `nobody` are cases that no
    active person can take on. `entered` and `left` are headline stages, moved into or out of in `month` ("2026-03").
    `version` is the version of the process a case lives by.
    """

    stage: str = ""
    state: str = ""
    town: str = ""
    chamber: str = ""
    instructor: int | None = None
    holder: int | None = None
    q: str = ""
    open: bool = False
    overdue: bool = False
    nobody: bool = False
    mine: bool = False
    entered: str = ""
    left: str = ""
    month: str = ""
    version: int | None = None

    def as_args(self) -> dict[str, str]:
        """The parameters of an address that `read_filter` reads back as this filter."""
        return address_args(self)

    def month_days(self, today: date) -> tuple[date, date]:
        """The first day of `month` (the present one where none is named), and the first day after it."""
        first = date.fromisoformat(f"{self.month}-01") if self.month else today.replace(day=1)
        return first, add_months(first, 1)


@dataclass(frozen=True, slots=True)
class VersionNumber:
    """A version as people choose it; the definition's own name is that of the process."""

    number: int

    @property
    def name(self) -> Text:
        return Text(f"第 {self.number} 版", f"version {self.number}")


def read_filter(args: Mapping[str, str], versions: Versions) -> CaseFilter:
    """Reads the parameters of an address; others are left to their owners. Raises InvalidInput naming each bad one."""
    given = Parameters(args)
    version = given.code("version", {str(number): VersionNumber(number) for number in versions.by_number})
    wanted = CaseFilter(
        stage=given.code("stage", versions.stages),
        state=given.code("state", versions.states),
        town=given.word("town"),
        chamber=given.word("chamber"),
        instructor=given.number("instructor"),
        holder=given.number("holder"),
        q=given.word("q"),
        open=given.flag("open"),
        overdue=given.flag("overdue"),
        nobody=given.flag("nobody"),
        mine=given.flag("mine"),
        entered=given.code("entered", versions.stages),
        left=given.code("left", versions.stages),
        month=given.month("month"),
        version=int(version) if is_number(version) else None,
    )
    given.require_sound()
    return wanted
