"""How soon after midnight people are told of the deadlines of the day, by two workers that two beats tick.

Of 100,000 deadlines first a sixtieth comes up in one night, then all of them: the first is what a district may see, the
second shows the rate. `SIZE` in the environment asks for another number. Counted is what a reader of the database
finds, so the wait for the tick is in it; meanwhile somebody goes on acting on cases, and how long that waits is told as
well.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, sleep, time
from typing import Any

from sqlalchemy import Integer, cast, func, literal, select, text, update

from bench.copies import copy_cases
from bench.figures import row, seconds
from bench.population import populate
from bench.stores import STORES, fresh_database
from tasks.schedule import SCHEDULE
from workflow.clock import local_day
from workflow.database import Database
from workflow.models import Case, Deadline, Notice
from workflow.models.base import table_of
from workflow.reminders import remind
from workflow.runtime import Runtime

SIZE = int(os.environ.get("SIZE", "100000"))
OPENED = min(SIZE, 5_000)
DAYS = 60
WORKERS = 2
TARGET = 5.0
# Midnight in Shanghai, each long enough after the one before that nothing of it is left.
NIGHTS = {DAYS: datetime(2026, 12, 13, 16, tzinfo=UTC), 1: datetime(2027, 6, 13, 16, tzinfo=UTC)}
# The last tick of the day before is that little before midnight: the longest wait for the first one of the day.
LEAD = timedelta(seconds=0.1)
EVERY = float(SCHEDULE["reminders"]["schedule"])
LOOKS, ACTS = 0.2, 0.1


def measure() -> None:
    """Prints for each store and night how long it took until the last was told, how many were told later than the
    target, not at all or twice, and how long somebody waited who acted on a case meanwhile.
    """
    row(f"{SIZE:,} deadlines armed,", WORKERS, f"workers, a tick every {EVERY:.0f} s to each")
    for store in STORES:
        with fresh_database(store) as (database, folder):
            took = seconds(lambda database=database, folder=folder: _open(database, folder))
            row(f"  {store:9}", f"cases made in {took:.1f} s")
            for days, midnight in NIGHTS.items():
                _measure(database, folder, days, midnight)


def _open(database: Database, folder: Path) -> None:
    populate(database, folder, OPENED)
    with database.unit_of_work() as session:
        copy_cases(session, SIZE // OPENED - 1)


def _measure(database: Database, folder: Path, days: int, midnight: datetime) -> None:
    due = _arm(database, days, midnight)
    with database.reading() as session:
        before = session.scalar(select(func.max(Notice.id))) or 0
    night = _tell(database, folder, midnight, before)
    missed, doubled = _outcome(database, before, due)
    last = night.told_by[-1][0]
    row(" " * 11, f"{due:,} due at midnight: the last told after {last:.1f} s ({due / last:,.0f}/s),")
    row(
        " " * 13,
        f"later than {TARGET:.0f} s: {night.late:,} of {night.told_by[-1][1]:,} notices;"
        f" deadlines not told: {missed:,}, told twice: {doubled:,}",
    )
    row(" " * 13, f"who acts on a case meanwhile waits {max(night.waits):.2f} s at most")


def _arm(database: Database, days: int, midnight: datetime) -> int:
    """Spreads them over so many days from the one that begins; answers how many are due on that one."""
    first = local_day(midnight)
    clocks = table_of(Deadline)
    with database.unit_of_work() as session:
        for ahead in range(days):
            day = first + timedelta(days=ahead)
            ours = update(clocks).where(clocks.c.id % literal(days, Integer) == ahead)
            session.execute(ours.values(due_on=day, next_alert_on=day))
        session.execute(text("ANALYZE"))
        return session.scalar(select(func.count()).where(clocks.c.next_alert_on == first)) or 0


def _outcome(database: Database, before: int, due: int) -> tuple[int, int]:
    """Deadlines that nobody was told of, and those that were told of with two events; each case has one."""
    events = (
        select(func.count(Notice.event.distinct()).label("events"))
        .where(Notice.id > before, Notice.kind == "deadline")
        .group_by(Notice.case_id)
        .subquery()
    )
    twice = func.sum(cast(events.c.events > 1, Integer))
    with database.reading() as session:
        told, doubled = session.execute(select(func.count(), twice).select_from(events)).one()
    return due - told, doubled or 0


@dataclass
class _Night:
    """Seen from outside: how many notices there were after how many seconds, and the waits."""

    told_by: list[tuple[float, int]]
    waits: list[float]

    @property
    def late(self) -> int:
        return self.told_by[-1][1] - max((told for after, told in self.told_by if after <= TARGET), default=0)


def _tell(database: Database, folder: Path, midnight: datetime, before: int) -> _Night:
    """Both workers are up before midnight comes, and are ticked until nothing more is told."""
    context = get_context("spawn")
    up, over = context.Barrier(WORKERS + 1), context.Event()
    work = (database.url, folder, midnight, up, over)
    workers = [context.Process(target=_work, args=work) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    up.wait()
    begins = perf_counter() + LEAD.total_seconds()
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(_act, database, over)
        told_by = _look(database, before, begins)
        over.set()
    for worker in workers:
        worker.join()
    return _Night(told_by, waits.result())


def _look(database: Database, before: int, begins: float) -> list[tuple[float, int]]:
    """Until nothing was added for three ticks; the last entry is that of the last notice."""
    told_by = [(0.0, 0)]
    while perf_counter() - begins - told_by[-1][0] < 3 * EVERY:
        with database.reading() as session:
            told = session.scalar(select(func.count()).select_from(Notice).where(Notice.id > before)) or 0
        if told > told_by[-1][1]:
            told_by.append((perf_counter() - begins, told))
        sleep(LOOKS)
    return told_by


def _act(database: Database, over: Any) -> list[float]:
    """The seconds until somebody has a case to themselves, one case after another."""
    with database.reading() as session:
        cases = session.scalars(select(Case.id)).all()
    waits: list[float] = []
    while not over.is_set():
        # All over the district, the same in each run.
        case_id = cases[len(waits) * 7919 % len(cases)]
        began = perf_counter()
        with database.unit_of_work() as session:
            session.get_one(Case, case_id, with_for_update=True)
            waits.append(perf_counter() - began)
        sleep(ACTS)
    return waits


def _work(url: str, folder: Path, midnight: datetime, up: Any, over: Any) -> None:
    database = Database(url)
    runtime = Runtime(database, folder)
    with database.reading() as session:
        runtime.processes(session)
    up.wait()
    started = time()
    ticked = Runtime(database, folder, clock=_clock_from(started, midnight), published=runtime.published)
    for tick in count():
        sleep(max(0.0, started + tick * EVERY - time()))
        if over.is_set():
            break
        remind(ticked)
    database.dispose()


def _clock_from(started: float, midnight: datetime) -> Callable[[], datetime]:
    """A little before midnight, and as much later as has passed since."""
    return lambda: midnight - LEAD + timedelta(seconds=time() - started)
