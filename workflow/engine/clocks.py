"""Deadlines of a case: started, stopped, paused and resumed with the action that causes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, update

from workflow.alerts import newest_threshold, next_alert
from workflow.clock import DueDay
from workflow.definition.model import Clocks, DeadlineSpec
from workflow.engine.work import CaseWork, RunningClock
from workflow.guards.admission_days import day_for_rules
from workflow.models import Deadline
from workflow.models.base import table_of
from workflow.pauses import BY_ALL, WORKING_DAYS, ended, is_entered, open_pause, paused_clock
from workflow.prepared import Prepared
from workflow.runtime import Runtime

_DEADLINES = table_of(Deadline)
_STOP = Prepared(
    update(_DEADLINES)
    .where(_DEADLINES.c.id == bindparam("this"))
    .values(status="stopped", stopped_at=bindparam("now"), next_alert_on=None)
)
# What pausing and going on change, and what a snapshot keeps.
_KEPT = ("status", "due_on", "days_left", "next_alert_on", "provisional", "pauses")
_MOVE = Prepared(
    update(_DEADLINES).where(_DEADLINES.c.id == bindparam("this")).values({name: bindparam(name) for name in _KEPT})
)
_START = Prepared(insert(_DEADLINES))


def apply_clocks(work: CaseWork, clocks: Clocks, occurred_on: date, action: str = BY_ALL) -> None:
    """Brings the case's deadlines in line with an action; `work.deadlines` then holds what still runs."""
    going_on = [d for d in work.deadlines if d.code in clocks.start and _goes_on(work, d)]
    starting = [code for code in clocks.start if code not in {d.code for d in going_on}]
    # The unique index of running clocks must see the old ones stopped before the new ones start.
    stop_deadlines(
        work,
        [d.code for d in work.deadlines] if clocks.stop_all else (*clocks.stop, *starting, *clocks.restart),
    )
    pausing = [d for d in work.deadlines if d.code in clocks.pause and d.status == "running"]
    work.add(_MOVE, *(_paused(work, d, occurred_on, action) for d in pausing))
    if clocks.pause_all:
        held = [d for d in work.deadlines if _may_pause(work, d)]
        work.add(_MOVE, *(_paused(work, d, occurred_on, BY_ALL) for d in held))
    if clocks.resume_all:
        going_on += [d for d in work.deadlines if d.status == "paused" and open_pause(d)["why"] == BY_ALL]
    work.add(_MOVE, *(_resumed(work, d, occurred_on) for d in going_on))
    start_deadlines(work, (*starting, *clocks.restart), occurred_on)


def stop_deadlines(work: CaseWork, codes: Iterable[str]) -> None:
    wanted = set(codes)
    work.add(_STOP, *({"this": d.id, "now": work.now} for d in work.deadlines if d.code in wanted))
    work.deadlines = [d for d in work.deadlines if d.code not in wanted]


def start_deadlines(work: CaseWork, codes: Iterable[str], starts_on: date) -> None:
    specs = [work.definition.deadlines[code] for code in codes]
    starting = [(spec, start_day(spec, starts_on, work.facts)) for spec in specs]
    rows = [deadline_row(work, spec, day) for spec, day in starting if is_set(work.runtime, spec, day, work.facts)]
    work.add(_START, *rows)
    work.deadlines.extend(
        RunningClock(
            None, row["code"], row["status"], row["due_on"], starts_on=row["starts_on"], provisional=row["provisional"]
        )
        for row in rows
    )


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
        "next_alert_on": first_alert(due.day, spec, work.today),
        "days_left": None,
        "pauses": None,
        "started_at": work.now,
        "stopped_at": None,
    }


def due_day(runtime: Runtime, spec: DeadlineSpec, starts_on: date, facts: Mapping[str, Any]) -> DueDay:
    if spec.from_fact and is_entered(spec, starts_on, facts):
        return DueDay(date.fromisoformat(facts[spec.from_fact]), False)
    if spec.rule is None or spec.unit is None:
        raise ValueError(f"deadline {spec.code} has neither a rule nor a fact")
    return runtime.calendar.add(starts_on, rule_of(runtime, spec.rule, starts_on, facts), spec.unit)


def reckoned(
    runtime: Runtime,
    spec: DeadlineSpec,
    starts_on: date,
    pauses: Sequence[Mapping[str, Any]] | None,
    facts: Mapping[str, Any],
) -> DueDay:
    """The due day as the calendar has it now, after the pauses there were; `pauses` as in the table, all ended."""
    if not pauses:
        return due_day(runtime, spec, starts_on, facts)
    last = pauses[-1]
    since = date.fromisoformat(last["to"])
    if last["again"]:
        return due_day(runtime, spec, since, facts)
    return runtime.calendar.add(since, last["left"], last["unit"])


def recounted(
    runtime: Runtime,
    spec: DeadlineSpec,
    starts_on: date,
    pauses: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any],
) -> list[Mapping[str, Any]]:
    """The pauses with what was left as the calendar has it now: a day before one may count otherwise than it did."""
    found: list[Mapping[str, Any]] = []
    for pause in pauses:
        if pause["unit"] == WORKING_DAYS:
            due = reckoned(runtime, spec, starts_on, found, facts)
            left = runtime.calendar.workdays_left(date.fromisoformat(pause["from"]), due.day)
            pause = {**pause, "left": left}
        found.append(pause)
    return found


def first_alert(due_on: date, spec: DeadlineSpec, today: date) -> date | None:
    """The first day to speak up: today where a threshold has passed already (late entry), else the next one."""
    if newest_threshold(due_on, spec.thresholds, today, spec.repeats) is not None:
        return today
    return next_alert(due_on, spec.thresholds, today, spec.repeats)


_PUT_BACK = Prepared(
    update(_DEADLINES)
    .where(_DEADLINES.c.id == bindparam("this"))
    .values({name: bindparam(name) for name in (*_KEPT, "stopped_at")})
)


def put_back_deadlines(work: CaseWork, clocks: Sequence[Sequence[Any]]) -> None:
    """Clocks as a snapshot found them: what was started since is stopped, what was stopped runs on as before."""
    kept = {clock[0] for clock in clocks}
    work.add(_STOP, *({"this": d.id, "now": work.now} for d in work.deadlines if d.id not in kept))
    work.send()
    for this, *values in clocks:
        row = dict(zip(_KEPT, values, strict=True))
        days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("due_on", "next_alert_on")}
        work.add(_PUT_BACK, {"this": this, **row, **days, "stopped_at": None})


def _goes_on(work: CaseWork, clock: RunningClock) -> bool:
    return clock.status == "paused" and work.definition.deadlines[clock.code].after_pause is not None


def _may_pause(work: CaseWork, clock: RunningClock) -> bool:
    return clock.status == "running" and not work.definition.deadlines[clock.code].runs_on_hold


def _paused(work: CaseWork, clock: RunningClock, day: date, why: str) -> dict[str, Any]:
    spec = work.definition.deadlines[clock.code]
    pause = paused_clock(spec, clock.starts_on or day, clock.due_on, work.facts, work.runtime.calendar, day, why)
    clock.status, clock.days_left, clock.pauses = "paused", pause["left"], [*(clock.pauses or ()), pause]
    return _moved(clock, None)


def _resumed(work: CaseWork, clock: RunningClock, day: date) -> dict[str, Any]:
    """The whole time again or what was left of it, as the setting of this clock says; it counts from the day."""
    spec = work.definition.deadlines[clock.code]
    again = spec.after_pause is not None and rule_of(work.runtime, spec.after_pause, day, work.facts) > 0
    clock.pauses = [*(clock.pauses or ())[:-1], ended(open_pause(clock), day, again=again)]
    due = reckoned(work.runtime, spec, clock.starts_on or day, clock.pauses, work.facts)
    clock.status, clock.due_on, clock.provisional, clock.days_left = "running", due.day, due.provisional, None
    return _moved(clock, first_alert(clock.due_on, spec, work.today))


def _moved(clock: RunningClock, next_alert_on: date | None) -> dict[str, Any]:
    return {
        "this": clock.id,
        "status": clock.status,
        "due_on": clock.due_on,
        "days_left": clock.days_left,
        "next_alert_on": next_alert_on,
        "provisional": clock.provisional,
        "pauses": clock.pauses,
    }
