"""The pauses of a deadline: what was left when it was paused, and what followed. Pure.

A pause is kept as plain JSON: `from` and `to` are days, `left` counts `unit` ("days" or "working_days"), `why` is the
action that paused it or "all", `again` says whether the whole time followed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from workflow.clock import WorkCalendar
from workflow.definition.model import DeadlineSpec

# Paused with all other clocks of its case, as on hold.
BY_ALL = "all"
DAYS, WORKING_DAYS = "days", "working_days"


class Paused(Protocol):
    """A clock with its pauses."""

    @property
    def days_left(self) -> int | None: ...
    @property
    def due_on(self) -> date: ...
    @property
    def pauses(self) -> list[dict[str, Any]] | None: ...


def is_entered(spec: DeadlineSpec, starts_on: date, facts: Mapping[str, Any]) -> bool:
    """Whether the clock ends on a date that was entered.

    One that was set for an earlier round and has passed is no deadline for this one.
    """
    entered = facts.get(spec.from_fact) if spec.from_fact else None
    return bool(entered) and (spec.rule is None or date.fromisoformat(str(entered)) >= starts_on)


def paused_clock(
    spec: DeadlineSpec,
    starts_on: date,
    due_on: date,
    facts: Mapping[str, Any],
    calendar: WorkCalendar,
    day: date,
    why: str,
) -> dict[str, Any]:
    """The pause that begins on a day; what is left is counted as the clock counts."""
    counts_workdays = spec.unit == WORKING_DAYS and not is_entered(spec, starts_on, facts)
    left = calendar.workdays_left(day, due_on) if counts_workdays else (due_on - day).days
    unit = WORKING_DAYS if counts_workdays else DAYS
    return {"from": day.isoformat(), "to": None, "left": left, "unit": unit, "why": why, "again": None}


def open_pause(clock: Paused) -> dict[str, Any]:
    """The pause a paused clock is in."""
    if not clock.pauses or clock.pauses[-1]["to"] is not None:
        raise ValueError("the clock is not paused")
    return clock.pauses[-1]


def ended(pause: Mapping[str, Any], day: date, *, again: bool) -> dict[str, Any]:
    return {**pause, "to": day.isoformat(), "again": again}
