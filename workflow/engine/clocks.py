"""Deadlines of a case: started, stopped, paused and resumed with the action that causes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, update

from workflow.alerts import newest_threshold, next_alert
from workflow.clock import DueDay
from workflow.definition.model import Clocks, DeadlineSpec
from workflow.engine.work import CaseWork, RunningClock
from workflow.guards.admission_days import day_for_rules
from workflow.models import Deadline
from workflow.models.base import table_of
from workflow.prepared import Prepared
from workflow.runtime import Runtime

_DEADLINES = table_of(Deadline)
_STOP = Prepared(
    update(_DEADLINES)
    .where(_DEADLINES.c.id == bindparam("this"))
    .values(status="stopped", stopped_at=bindparam("now"), next_alert_on=None)
)
_MOVE = Prepared(
    update(_DEADLINES)
    .where(_DEADLINES.c.id == bindparam("this"))
    .values({name: bindparam(name) for name in ("status", "due_on", "days_left", "next_alert_on")})
)
_START = Prepared(insert(_DEADLINES))


def apply_clocks(work: CaseWork, clocks: Clocks, occurred_on: date) -> None:
    """Brings the case's deadlines in line with an action; `work.deadlines` then holds what still runs."""
    # The unique index of running clocks must see the old ones stopped before the new ones start.
    stop_deadlines(
        work,
        [d.code for d in work.deadlines] if clocks.stop_all else (*clocks.stop, *clocks.start, *clocks.restart),
    )
    if clocks.pause_all:
        work.add(_MOVE, *(_paused(work, d) for d in work.deadlines if _may_pause(work, d)))
    if clocks.resume_all:
        work.add(_MOVE, *(_resumed(work, d) for d in work.deadlines if d.status == "paused"))
    start_deadlines(work, (*clocks.start, *clocks.restart), occurred_on)


def stop_deadlines(work: CaseWork, codes: Iterable[str]) -> None:
    wanted = set(codes)
    work.add(_STOP, *({"this": d.id, "now": work.now} for d in work.deadlines if d.code in wanted))
    work.deadlines = [d for d in work.deadlines if d.code not in wanted]


def start_deadlines(work: CaseWork, codes: Iterable[str], starts_on: date) -> None:
    specs = [work.definition.deadlines[code] for code in codes]
    starting = [(spec, start_day(spec, starts_on, work.facts)) for spec in specs]
    rows = [deadline_row(work, spec, day) for spec, day in starting if is_set(work.runtime, spec, day, work.facts)]
    work.add(_START, *rows)
    work.deadlines.extend(RunningClock(None, row["code"], row["status"], row["due_on"]) for row in rows)


def start_day(spec: DeadlineSpec, occurred_on: date, facts: Mapping[str, Any]) -> date:
    """The day that was entered for what happened, where the clock counts from that; else the day of the action."""
    entered = facts.get(spec.starts_from) if spec.starts_from else None
    return date.fromisoformat(entered) if entered else occurred_on


def is_set(runtime: Runtime, spec: DeadlineSpec, starts_on: date, facts: Mapping[str, Any]) -> bool:
    """A rule whose number is 0 sets no limit: another text of the regulation does (domain 4.2)."""
    if spec.rule is None or spec.starts_from is None:
        return True
    return rule_of(runtime, spec.rule, starts_on, facts) > 0


def rule_of(runtime: Runtime, code: str, day: date, facts: Mapping[str, Any]) -> int:
    """The number in force on the day, by the text that was chosen for the case where one was."""
    return runtime.rules.number(code, day_for_rules(facts, day))


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
    entered = facts.get(spec.from_fact) if spec.from_fact else None
    # A date that was set for an earlier round and has passed is no deadline for this one.
    if entered and (spec.rule is None or date.fromisoformat(entered) >= starts_on):
        return DueDay(date.fromisoformat(entered), False)
    if spec.rule is None or spec.unit is None:
        raise ValueError(f"deadline {spec.code} has neither a rule nor a fact")
    return runtime.calendar.add(starts_on, rule_of(runtime, spec.rule, starts_on, facts), spec.unit)


def first_alert(due_on: date, alerts: Iterable[int], today: date) -> date | None:
    """The first day to speak up: today where a threshold has passed already (late entry), else the next one."""
    alerts = tuple(alerts)
    if newest_threshold(due_on, alerts, today) is not None:
        return today
    return next_alert(due_on, alerts, today)


_PUT_BACK = Prepared(
    update(_DEADLINES)
    .where(_DEADLINES.c.id == bindparam("this"))
    .values({name: bindparam(name) for name in ("status", "due_on", "days_left", "next_alert_on", "stopped_at")})
)


def put_back_deadlines(work: CaseWork, clocks: Sequence[Sequence[Any]]) -> None:
    """Clocks as a snapshot found them: what was started since is stopped, what was stopped runs on as before."""
    kept = {clock[0] for clock in clocks}
    work.add(_STOP, *({"this": d.id, "now": work.now} for d in work.deadlines if d.id not in kept))
    work.send()
    for this, status, due_on, days_left, next_alert_on in clocks:
        row = {"this": this, "status": status, "due_on": date.fromisoformat(due_on), "days_left": days_left}
        alert = date.fromisoformat(next_alert_on) if next_alert_on else None
        work.add(_PUT_BACK, {**row, "next_alert_on": alert, "stopped_at": None})


def _may_pause(work: CaseWork, clock: RunningClock) -> bool:
    return clock.status == "running" and not work.definition.deadlines[clock.code].runs_on_hold


def _paused(work: CaseWork, clock: RunningClock) -> dict[str, Any]:
    clock.status, clock.days_left = "paused", (clock.due_on - work.today).days
    return _moved(clock, None)


def _resumed(work: CaseWork, clock: RunningClock) -> dict[str, Any]:
    """What was left of it runs on from today."""
    clock.status, clock.due_on = "running", work.today + timedelta(days=clock.days_left or 0)
    clock.days_left = None
    return _moved(clock, first_alert(clock.due_on, work.definition.deadlines[clock.code].alerts, work.today))


def _moved(clock: RunningClock, next_alert_on: date | None) -> dict[str, Any]:
    return {
        "this": clock.id,
        "status": clock.status,
        "due_on": clock.due_on,
        "days_left": clock.days_left,
        "next_alert_on": next_alert_on,
    }
