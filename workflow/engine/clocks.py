"""Deadlines of a case: started, stopped, paused and resumed with the action that causes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from workflow.alerts import newest_threshold, next_alert
from workflow.clock import DueDay
from workflow.definition.model import Clocks, DeadlineSpec
from workflow.engine.work import CaseWork
from workflow.models import Deadline
from workflow.runtime import Runtime


def apply_clocks(work: CaseWork, clocks: Clocks, occurred_on: date) -> None:
    """Brings the case's deadlines in line with an action; `work.deadlines` then holds what still runs."""
    work.deadlines = list(
        work.session.scalars(select(Deadline).where(Deadline.case_id == work.case.id, Deadline.status != "stopped"))
    )
    ending = {d.code for d in work.deadlines} if clocks.stop_all else {*clocks.stop, *clocks.start, *clocks.restart}
    stop_deadlines(work, ending)
    for deadline in work.deadlines:
        if clocks.pause_all and deadline.status == "running":
            _pause(work, deadline)
        elif clocks.resume_all and deadline.status == "paused":
            _resume(work, deadline)
    # The unique index of running clocks must see the old ones stopped before the new ones start.
    work.session.flush()
    start_deadlines(work, (*clocks.start, *clocks.restart), occurred_on)


def stop_deadlines(work: CaseWork, codes: Iterable[str]) -> None:
    ending = set(codes)
    for deadline in work.deadlines:
        if deadline.code in ending:
            deadline.status, deadline.stopped_at, deadline.next_alert_on = "stopped", work.now, None
    work.deadlines = [d for d in work.deadlines if d.status != "stopped"]


def start_deadlines(work: CaseWork, codes: Iterable[str], starts_on: date) -> None:
    rows = [deadline_row(work, work.definition.deadlines[code], starts_on) for code in codes]
    if rows:
        work.session.execute(insert(Deadline.__table__), rows)  # type: ignore[arg-type]  # a declarative table is a Table
        work.deadlines.extend(Deadline(**row) for row in rows)


def deadline_row(work: CaseWork, spec: DeadlineSpec, starts_on: date) -> dict[str, Any]:
    due = due_day(work.runtime, spec, starts_on, work.facts)
    return {
        "case_id": work.case.id,
        "code": spec.code,
        "status": "running",
        "starts_on": starts_on,
        "due_on": due.day,
        "provisional": due.provisional,
        "next_alert_on": first_alert(due.day, spec.alerts, work.today),
        "days_left": None,
        "started_at": work.now,
        "stopped_at": None,
    }


def due_day(runtime: Runtime, spec: DeadlineSpec, starts_on: date, facts: Mapping[str, Any]) -> DueDay:
    if spec.from_fact:
        return DueDay(date.fromisoformat(facts[spec.from_fact]), False)
    if spec.rule is None or spec.unit is None:
        raise ValueError(f"deadline {spec.code} has neither a rule nor a fact")
    return runtime.calendar.add(starts_on, runtime.rules.number(spec.rule, starts_on), spec.unit)


def first_alert(due_on: date, alerts: Iterable[int], today: date) -> date | None:
    """The first day to speak up: today where a threshold has passed already (late entry), else the next one."""
    alerts = tuple(alerts)
    if newest_threshold(due_on, alerts, today) is not None:
        return today
    return next_alert(due_on, alerts, today)


def _pause(work: CaseWork, deadline: Deadline) -> None:
    if not work.definition.deadlines[deadline.code].runs_on_hold:
        deadline.status = "paused"
        deadline.days_left = (deadline.due_on - work.today).days
        deadline.next_alert_on = None


def _resume(work: CaseWork, deadline: Deadline) -> None:
    spec = work.definition.deadlines[deadline.code]
    deadline.status = "running"
    deadline.due_on = work.today + timedelta(days=deadline.days_left or 0)
    deadline.days_left = None
    deadline.next_alert_on = first_alert(deadline.due_on, spec.alerts, work.today)
