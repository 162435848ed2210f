"""What a change of the official calendar does to the deadlines that run: another day, or the same one for certain.
To those that stand still it does something only where days they had used up before count otherwise now: more or fewer
working days are left of them.

May run anywhere, at any time, twice at once: cases are locked in the order of their numbers, and a deadline that
stands where the calendar says is left alone. A calendar is swept for twice, at once and when every program has seen it:
an action that computed with the calendar of a minute ago, or was taken back since, is put right by the second sweep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from workflow.alerts import newest_threshold, next_alert
from workflow.clock import DueDay, local_day
from workflow.definition.model import DeadlineSpec
from workflow.dialects import insert_ignoring
from workflow.engine.clocks import first_alert, reckoned, recounted
from workflow.engine.loading import load_works
from workflow.engine.work import CaseWork, RunningClock
from workflow.models import CalendarImport, Case, Deadline, DeadlineMove, OutboxRow, WorkItem
from workflow.models.base import table_of
from workflow.pauses import WORKING_DAYS
from workflow.prepared import Prepared
from workflow.runtime import Runtime
from workflow.workdays.telling import rows_to_tell

# Longer than a step can be taken back, and than a program may go on with the calendar it has.
SETTLES_AFTER = timedelta(minutes=12)
PAGE, BATCH = 5_000, 200

_CLOCKS, _CASES, _ITEMS = table_of(Deadline), table_of(Case), table_of(WorkItem)
_MOVE = Prepared(
    update(_CLOCKS)
    .where(_CLOCKS.c.id == bindparam("this"))
    .values({name: bindparam(name) for name in ("due_on", "provisional", "next_alert_on", "days_left", "pauses")})
)
_MOVE_ITEM = Prepared(
    update(_ITEMS)
    .where(_ITEMS.c.case_id == bindparam("of_case"), _ITEMS.c.closed_at.is_(None))
    .values(due_on=bindparam("due_on"))
)
_NOTE = Prepared(insert(table_of(DeadlineMove)))


@dataclass(frozen=True, slots=True)
class Anew:
    """A clock as it should be. While it stands still, `due` is the day on which it would end had it not been paused,
    and `days_left` is kept.
    """

    due: DueDay
    pauses: Sequence[Mapping[str, Any]] | None
    days_left: int | None


def recompute(runtime: Runtime) -> int:
    """Answers how many deadlines were moved or made certain; one small query where no calendar has changed."""
    now = runtime.now()
    with runtime.db.reading() as session:
        unfinished = select(CalendarImport).where(CalendarImport.finished_at.is_(None))
        imports = session.scalars(unfinished.order_by(CalendarImport.id)).all()
    if not any(one.swept_at is None or _is_settled(one, now) for one in imports):
        return 0
    runtime.calendars.forget(runtime.db)
    moved = _sweep(runtime, imports, now)
    with runtime.db.unit_of_work() as session:
        _close(session, imports, now)
    return moved


def _is_settled(one: CalendarImport, now: datetime) -> bool:
    return now - one.imported_at >= SETTLES_AFTER


def _sweep(runtime: Runtime, imports: Sequence[CalendarImport], now: datetime) -> int:
    moved, case_ids = 0, list(dict.fromkeys(_affected(runtime)))
    for start in range(0, len(case_ids), BATCH):
        with runtime.db.unit_of_work() as session, session.no_autoflush:
            moved += _move_batch(session, runtime, case_ids[start : start + BATCH], imports, now)
    return moved


def _close(session: Session, imports: Sequence[CalendarImport], now: datetime) -> None:
    for one in imports:
        count = select(func.count()).where(DeadlineMove.import_id == one.id).scalar_subquery()
        values = {"swept_at": func.coalesce(CalendarImport.swept_at, now), "moved": count}
        ending = {"finished_at": now} if _is_settled(one, now) else {}
        session.execute(update(CalendarImport).where(CalendarImport.id == one.id).values(**values, **ending))


def _affected(runtime: Runtime) -> Iterator[int]:
    """The cases of deadlines that stand elsewhere than the calendar says; looked for without a lock."""
    last = 0
    while True:
        with runtime.db.reading() as session:
            rows = session.execute(_page_after(runtime, session, last)).all()
            for row in rows:
                spec = runtime.definition_of(session, row).deadlines.get(row.code)
                if spec is not None and _anew(runtime, spec, row, row.facts) is not None:
                    yield row.case_id
        if len(rows) < PAGE:
            return
        last = rows[-1].id


def _page_after(runtime: Runtime, session: Session, last: int) -> Any:
    """Only clocks that count working days depend on the calendar."""
    processes = runtime.processes(session).values()
    specs = [spec for versions in processes for one in versions.by_number.values() for spec in one.deadlines.values()]
    codes = sorted({spec.code for spec in specs if spec.unit == WORKING_DAYS})
    return (
        select(
            _CLOCKS.c.id,
            _CLOCKS.c.case_id,
            _CLOCKS.c.code,
            _CLOCKS.c.status,
            _CLOCKS.c.starts_on,
            _CLOCKS.c.due_on,
            _CLOCKS.c.provisional,
            _CLOCKS.c.pauses,
            _CASES.c.process,
            _CASES.c.definition_version,
            _CASES.c.facts,
        )
        .join(_CASES, _CASES.c.id == _CLOCKS.c.case_id)
        .where(_CLOCKS.c.status.in_(["running", "paused"]), _CLOCKS.c.code.in_(codes), _CLOCKS.c.id > last)
        .order_by(_CLOCKS.c.id)
        .limit(PAGE)
    )


def _anew(runtime: Runtime, spec: DeadlineSpec, clock: Any, facts: Any) -> Anew | None:
    """Where the clock should stand; None where it stands there, or does not count working days."""
    if spec.unit != WORKING_DAYS or clock.starts_on is None:
        return None
    pauses = recounted(runtime, spec, clock.starts_on, clock.pauses or (), facts)
    if clock.status == "paused":
        due = reckoned(runtime, spec, clock.starts_on, pauses[:-1], facts)
        return None if pauses == clock.pauses else Anew(due, pauses, pauses[-1]["left"])
    due = reckoned(runtime, spec, clock.starts_on, pauses, facts)
    stands = (due.day, due.provisional) == (clock.due_on, clock.provisional)
    return None if stands else Anew(due, pauses or None, None)


def _move_batch(
    session: Session, runtime: Runtime, case_ids: Sequence[int], imports: Sequence[CalendarImport], now: datetime
) -> int:
    works = load_works(session, runtime, case_ids, now, local_day(now), lock=True)
    moves = [
        (work, clock, anew)
        for work in works.values()
        for clock in work.deadlines
        if clock.code in work.definition.deadlines
        if (anew := _anew(runtime, work.definition.deadlines[clock.code], clock, work.facts)) is not None
    ]
    told: list[dict[str, Any]] = []
    for work, clock, anew in moves:
        cause = _cause(imports, clock, anew.due)
        _move(work, clock, anew, cause)
        if clock.status == "running" and anew.due.day < clock.due_on:
            told += rows_to_tell(work, work.definition.deadlines[clock.code], clock, anew.due, cause)
    if moves:
        moves[0][0].send()
    insert_ignoring(session, OutboxRow, told)
    return len(moves)


def _cause(imports: Sequence[CalendarImport], clock: RunningClock, due: DueDay) -> CalendarImport:
    """The newest calendar of a year the clock runs through."""
    years = range((clock.starts_on or due.day).year, max(clock.due_on, due.day).year + 1)
    return next((one for one in reversed(imports) if one.year in years), imports[-1])


def _move(work: CaseWork, clock: RunningClock, anew: Anew, cause: CalendarImport) -> None:
    spec, due, runs = work.definition.deadlines[clock.code], anew.due, clock.status == "running"
    work.add(
        _MOVE,
        {
            "this": clock.id,
            "due_on": due.day,
            "provisional": due.provisional,
            "next_alert_on": _rearmed(spec, clock, due, work) if runs else None,
            "days_left": anew.days_left,
            "pauses": anew.pauses,
        },
    )
    work.add(
        _NOTE,
        {
            "import_id": cause.id,
            "deadline_id": clock.id,
            "case_id": work.case.id,
            "code": clock.code,
            "old_due_on": clock.due_on,
            "new_due_on": due.day,
            "was_provisional": clock.provisional,
            "is_provisional": due.provisional,
            "moved_at": work.now,
        },
    )
    if runs and work.definition.states[work.case.state].deadline == clock.code:
        work.add(_MOVE_ITEM, {"of_case": work.case.id, "due_on": due.day})


def _rearmed(spec: DeadlineSpec, clock: RunningClock, due: DueDay, work: CaseWork) -> date | None:
    """A threshold that was told for the old day and is the newest for the new one as well is not told anew."""
    if due.day == clock.due_on:
        return clock.next_alert_on
    before = newest_threshold(clock.due_on, spec.thresholds, work.today, spec.repeats)
    is_told = before is not None and (clock.next_alert_on is None or clock.next_alert_on > work.today)
    if is_told and before == newest_threshold(due.day, spec.thresholds, work.today, spec.repeats):
        return next_alert(due.day, spec.thresholds, work.today, spec.repeats)
    return first_alert(due.day, spec, work.today)
