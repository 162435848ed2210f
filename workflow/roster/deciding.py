"""What the import does with one row, given what is known of the enterprise. Nothing is written here.

- A roster older than the newest head-count of an enterprise, or without a date, changes nothing about it: an
  instructor's later count is never overwritten.
- A blank cell erases nothing.
- A branch is recorded from a roster but never taken back by one, and never while a case is open: that is the
  engine's to say.
- An enterprise with an open case stays with the chamber that has the case.
- An enterprise that ever had a case gets no second one from a roster; opening it again is a person's decision.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.models import Enterprise
from workflow.roster.organisations import Seat
from workflow.roster.rows import RosterRow
from workflow.text import Text

FIGURES = ("full_members", "probationary_members", "activists", "applicants", "members_in_transit")
_BASICS = ("name", "founded_on", "employees", "on_scale", "high_tech", "intended_form", "remark")

Figures = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """An enterprise that is there already. `counted` holds the days and figures of its head-counts."""

    enterprise: Enterprise
    counted: Collection[tuple[date, Figures]]
    has_case: bool
    has_open_case: bool


@dataclass(frozen=True, slots=True)
class Step:
    """`figures` is set where a head-count is to be recorded; `enterprise` is None for a new one."""

    row: RosterRow
    seat: Seat
    enterprise: Enterprise | None
    changes: Mapping[str, Any] = field(default_factory=dict)
    figures: Figures | None = None
    opens_case: bool = False
    covers: bool = False
    keeps_newer_figures: bool = False
    remarks: tuple[Text, ...] = ()

    @property
    def is_new(self) -> bool:
        return self.enterprise is None

    @property
    def is_update(self) -> bool:
        return not self.is_new and bool(self.changes or self.figures)


def decide(row: RosterRow, seat: Seat, known: Known | None) -> Step:
    if known is None:
        basics = {name: getattr(row, name) for name in _BASICS}
        return Step(
            row,
            seat,
            None,
            changes={**basics, "credit_code": row.credit_code, "has_branch": row.has_branch},
            figures=_stated(row, (0,) * len(FIGURES)),
            opens_case=not row.has_branch,
            covers=row.has_branch,
        )
    enterprise = known.enterprise
    opens_case = not (row.has_branch or enterprise.has_branch or known.has_case)
    stated = _stated(row, tuple(getattr(enterprise, name) for name in FIGURES))
    if not _is_current(row, known):
        keeps = stated != tuple(getattr(enterprise, name) for name in FIGURES)
        return Step(row, seat, enterprise, opens_case=opens_case, keeps_newer_figures=keeps)
    covers = row.has_branch and not enterprise.has_branch and not known.has_open_case
    changes = {**_basic_changes(row, enterprise), **_moves(seat, known), **({"has_branch": True} if covers else {})}
    figures, keeps = _new_figures(row, stated, known)
    remarks = tuple(_remarks(row, seat, known))
    return Step(row, seat, enterprise, changes, figures, opens_case, covers, keeps, remarks)


def _stated(row: RosterRow, current: Figures) -> Figures:
    """The row's figures; a column the roster does not have keeps what is known."""
    stated = (getattr(row, name) for name in FIGURES)
    return tuple(known if value is None else value for value, known in zip(stated, current, strict=True))


def _is_current(row: RosterRow, known: Known) -> bool:
    newest = max((day for day, _ in known.counted), default=None)
    return row.source.counted_on is not None and (newest is None or row.source.counted_on >= newest)


def _basic_changes(row: RosterRow, enterprise: Enterprise) -> dict[str, Any]:
    stated = {name: getattr(row, name) for name in _BASICS}
    return {name: value for name, value in stated.items() if value not in (None, getattr(enterprise, name))}


def _moves(seat: Seat, known: Known) -> dict[str, int | None]:
    if known.has_open_case:
        return {}
    enterprise = known.enterprise
    moves = {"town_id": seat.town_id, "chamber_id": seat.chamber_id}
    return {name: value for name, value in moves.items() if value != getattr(enterprise, name)}


def _new_figures(row: RosterRow, stated: Figures, known: Known) -> tuple[Figures | None, bool]:
    """The figures to record, and whether newer ones are kept: this roster's own, recorded before, are no news."""
    if stated == tuple(getattr(known.enterprise, name) for name in FIGURES):
        return None, False
    if (row.source.counted_on, stated) in known.counted:
        return None, True
    return stated, False


def _remarks(row: RosterRow, seat: Seat, known: Known) -> list[Text]:
    remarks = []
    enterprise = known.enterprise
    if row.has_branch and known.has_open_case and not enterprise.has_branch:
        remarks.append(
            Text(
                "名册填“已建党组织”，但案件还在办理：没有改动，请在案件里核实",
                "The roster says a branch exists while the case is open: left as it is, settle it in the case",
            )
        )
    if enterprise.has_branch and not row.has_branch:
        remarks.append(
            Text(
                "名册填“未建党组织”，系统里已建：没有改动",
                "The roster says no branch where one is recorded: left as it is",
            )
        )
    if known.has_open_case and (enterprise.town_id, enterprise.chamber_id) != (seat.town_id, seat.chamber_id):
        remarks.append(
            Text(
                "名册里换了镇街或商会，但案件还在原处办理：没有改动",
                "The roster names another town or chamber while the case is open: left where it is",
            )
        )
    return remarks
