"""The clocks of a case that run or are paused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from workflow.engine.work import CaseWork
from workflow.queries.deadlines import Explanation, explained, standing_deadlines
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Clock:
    """`is_provisional` (暂算): the official calendar of that year was not complete. `days_left` while paused.

    `why` tells how the day is counted.
    """

    code: str
    name: Text
    starts_on: date
    due_on: date
    is_provisional: bool
    is_paused: bool
    days_left: int | None
    is_of_step: bool
    why: Explanation | None = None


def clocks(work: CaseWork, started_by: Mapping[datetime, Text] | None = None) -> tuple[Clock, ...]:
    """What is due soonest first; the paused ones last. One query.

    With `started_by`, the action of each moment in the history, it is told how each day is counted.
    """
    found = standing_deadlines(work)
    of_step = work.definition.states[work.case.state].deadline
    return tuple(
        Clock(
            code=row.code,
            name=work.definition.deadlines[row.code].name,
            starts_on=row.starts_on,
            due_on=row.due_on,
            is_provisional=row.provisional,
            is_paused=row.status == "paused",
            days_left=row.days_left,
            is_of_step=row.code == of_step and row.status == "running",
            why=None if started_by is None else explained(work, one, started_by.get(row.started_at)),
        )
        for row, one in ((one.row, one) for one in found)
    )


def clock_of_step(found: Iterable[Clock]) -> Clock | None:
    """The clock that belongs to the present state."""
    return next((clock for clock in found if clock.is_of_step), None)
