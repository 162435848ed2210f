"""Moving one case to another version of its process, and back to exactly where it was.

A move changes no step of the case: the same step goes on under another version, with its name there. Only clocks that
the other version counts differently are touched. What they and the work item were is kept with the entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.definition.model import DeadlineSpec, Definition
from workflow.engine.actors import Actor, HeldRole
from workflow.engine.clocks import first_alert, start_deadlines, stop_deadlines
from workflow.engine.loading import load_works
from workflow.engine.rounds import overtake_round, running_round
from workflow.engine.telling_moves import tell_holder
from workflow.engine.work import CaseWork, Deed
from workflow.engine.work_items import ITEMS, state_due_on, work_item_row
from workflow.engine.writing import write_entry
from workflow.machine import Moved
from workflow.models import Case, Deadline, WorkItem
from workflow.models.base import table_of
from workflow.prepared import Prepared
from workflow.runtime import Runtime

MIGRATE = "migrate"
MIGRATE_BACK = "migrate_back"
MIGRATIONS = frozenset({MIGRATE, MIGRATE_BACK})

_CASES, _CLOCKS = table_of(Case), table_of(Deadline)
_CHANGED_OF_CLOCK = ("status", "due_on", "days_left", "next_alert_on", "stopped_at")
_CHANGED_OF_ITEM = ("state", "role", "organisation_id", "user_id", "due_on")
_SET_VERSION = Prepared(
    update(_CASES)
    .where(_CASES.c.id == bindparam("of_case"))
    .values(definition_version=bindparam("to_version"), updated_at=bindparam("now"))
)
_SET_CLOCK = Prepared(
    update(_CLOCKS)
    .where(_CLOCKS.c.id == bindparam("this"))
    .values({name: bindparam(name) for name in _CHANGED_OF_CLOCK})
)
_SET_ALERT = Prepared(
    update(_CLOCKS).where(_CLOCKS.c.id == bindparam("this")).values(next_alert_on=bindparam("next_alert_on"))
)
_SET_ITEM = Prepared(
    update(ITEMS)
    .where(ITEMS.c.case_id == bindparam("of_case"), ITEMS.c.closed_at.is_(None))
    .values({name: bindparam(name) for name in _CHANGED_OF_ITEM})
)


@dataclass(frozen=True, slots=True)
class Mover:
    """In whose name cases are moved: an administrator's, or the system's where nobody is named."""

    user_id: int | None = None
    held: HeldRole | None = None


@dataclass
class Moving:
    """A case in hand: its rows as they stand, the case's own locked."""

    work: CaseWork
    clocks: Sequence[Deadline]
    item: WorkItem | None

    @property
    def running(self) -> frozenset[str]:
        return frozenset(clock.code for clock in self.clocks)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case goes: the version, and the names of its step there."""

    definition: Definition
    state: str
    held_from: str | None


@dataclass
class _Before:
    """What a move touched beside the case itself, as it was."""

    clocks: list[dict[str, Any]] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    item: dict[str, Any] | None = None


def take_in_hand(session: Session, runtime: Runtime, case_ids: Sequence[int], now: datetime) -> list[Moving]:
    """Locks the open ones of these cases and reads them with their clocks and work items: a few queries for all."""
    works = load_works(session, runtime, case_ids, now, local_day(now), lock=True)
    clocks: dict[int, list[Deadline]] = {}
    for clock in session.scalars(
        select(Deadline).where(Deadline.case_id.in_(case_ids), Deadline.status != "stopped").order_by(Deadline.id)
    ):
        clocks.setdefault(clock.case_id, []).append(clock)
    open_items = select(WorkItem).where(WorkItem.case_id.in_(case_ids), WorkItem.closed_at.is_(None))
    items = {item.case_id: item for item in session.scalars(open_items)}
    return [
        Moving(work, clocks.get(case_id, []), items.get(case_id))
        for case_id, work in works.items()
        if work.case.finished_on is None
    ]


def migrate(moving: Moving, place: Place, mover: Mover, action: str = MIGRATE) -> None:
    """The case goes on in another version, with its entry. Nothing is sent before the caller does `work.send()`."""
    work, before = moving.work, _Before()
    old, old_item, old_state = work.definition, work_item_row(work, None), work.case.state
    kept = {"from_version": work.case.definition_version, "held_from": work.case.held_from}
    running = running_round(work)
    if running is not None and place.definition.transitions.get(running.row.action) != running.transition:
        # What is being signed was put forward under rules that hold no longer.
        overtake_round(work)
    _set_place(work, place)
    old_clock, new_clock = old.states[old_state].deadline, place.definition.states[place.state].deadline
    if old_clock != new_clock:
        _exchange_clocks(moving, old_clock, new_clock, before)
    _adjust_alerts(moving, old, before)
    _adjust_item(moving, old_item, before, clock_changed=old_clock != new_clock)
    _write(work, action, Moved(old_state, place.state, ()), mover, {**kept, **asdict(before)})
    if before.item is not None:
        tell_holder(work, mover.user_id)


def migrate_back(moving: Moving, place: Place, mover: Mover, kept: Mapping[str, Any]) -> None:
    """Undoes a move after which nothing else was done: clocks and work item stand again as `kept` says they did."""
    work = moving.work
    moved, from_version = Moved(work.case.state, place.state, ()), work.case.definition_version
    stop_deadlines(work, kept["started"])
    work.add(_SET_CLOCK, *map(_with_days, kept["clocks"]))
    _set_place(work, place)
    if kept["item"] is not None:
        work.add(_SET_ITEM, {"of_case": work.case.id, **_with_days(kept["item"])})
    _write(work, MIGRATE_BACK, moved, mover, {"from_version": from_version})
    if kept["item"] is not None:
        tell_holder(work, mover.user_id)


def _set_place(work: CaseWork, place: Place) -> None:
    work.definition = place.definition
    work.case.state, work.case.held_from = place.state, place.held_from
    work.case.definition_version = place.definition.version
    work.case.updated_at = work.now
    work.add(_SET_VERSION, {"of_case": work.case.id, "to_version": place.definition.version, "now": work.now})


def _exchange_clocks(moving: Moving, old: str | None, new: str | None, before: _Before) -> None:
    """The step's own clock is the one the new version names; it begins with the move."""
    work = moving.work
    before.clocks += [_as_kept(clock) for clock in moving.clocks if clock.code == old]
    stop_deadlines(work, [old] if old else [])
    if new is not None and new not in moving.running:
        before.started.append(new)
        start_deadlines(work, [new], work.today)


def _adjust_alerts(moving: Moving, old: Definition, before: _Before) -> None:
    """What runs on keeps its day, and reminds when the new version says."""
    work = moving.work
    for clock in moving.clocks:
        spec, former = work.definition.deadlines[clock.code], old.deadlines[clock.code]
        is_stopped = any(kept["this"] == clock.id for kept in before.clocks)
        if clock.status == "running" and not is_stopped and _days(spec) != _days(former):
            before.clocks.append(_as_kept(clock))
            work.add(_SET_ALERT, {"this": clock.id, "next_alert_on": first_alert(clock.due_on, spec, work.today)})


def _days(spec: DeadlineSpec) -> object:
    return spec.thresholds, spec.repeats


def _adjust_item(moving: Moving, old: Mapping[str, Any], before: _Before, *, clock_changed: bool) -> None:
    work, item = moving.work, moving.item
    new = work_item_row(work, None)
    moved = {name: new[name] for name in _CHANGED_OF_ITEM if new[name] != old[name]}
    if item is None or not (moved or clock_changed):
        return
    before.item = {name: _plain(getattr(item, name)) for name in _CHANGED_OF_ITEM}
    row = {name: getattr(item, name) for name in _CHANGED_OF_ITEM} | moved
    if clock_changed:
        row["due_on"] = state_due_on(work)
    work.add(_SET_ITEM, {"of_case": work.case.id, **row})


def _write(work: CaseWork, action: str, moved: Moved, mover: Mover, data: dict[str, Any]) -> None:
    day = max(work.today, work.case.last_occurred_on)
    deed = Deed(Actor(mover.user_id, ()), mover.held, day, None, data)
    write_entry(work, action, moved, deed, {"data": data, "reason": None})
    work.save()


def _as_kept(clock: Deadline) -> dict[str, Any]:
    return {"this": clock.id, **{name: _plain(getattr(clock, name)) for name in _CHANGED_OF_CLOCK}}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _with_days(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The row of what was kept as JSON; a clock that ran has no moment of stopping, so there are only days in it."""
    days = ("due_on", "next_alert_on")
    return {name: date.fromisoformat(value) if name in days and value else value for name, value in kept.items()}
