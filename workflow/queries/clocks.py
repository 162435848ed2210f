"""The clocks of a case that run or are paused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from workflow.engine.work import CaseWork
from workflow.models import Deadline
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Clock:
    """`is_provisional` (暂算): the official calendar of that year was not known. `days_left` while paused."""

    code: str
    name: Text
    starts_on: date
    due_on: date
    is_provisional: bool
    is_paused: bool
    days_left: int | None
    is_of_step: bool


def clocks(work: CaseWork) -> tuple[Clock, ...]:
    """What is due soonest first; the paused ones last. One query."""
    rows = work.session.scalars(
        select(Deadline)
        .where(Deadline.case_id == work.case.id, Deadline.status != "stopped")
        .order_by(Deadline.status.desc(), Deadline.due_on, Deadline.code)
    )
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
        )
        for row in rows
    )


def clock_of_step(found: Iterable[Clock]) -> Clock | None:
    """The clock that belongs to the present state."""
    return next((clock for clock in found if clock.is_of_step), None)
