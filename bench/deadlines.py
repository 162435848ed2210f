"""How long until 100,000 deadlines of one morning are all told, by two workers that are ticked at the same moment.

`SIZE` in the environment asks for another number.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from time import time
from typing import Any

from sqlalchemy import func, select, update

from bench.figures import row, seconds
from bench.population import populate
from bench.stores import STORES, fresh_database
from workflow.database import Database
from workflow.models import Deadline, Notice, OutboxRow
from workflow.reminders import remind
from workflow.runtime import Runtime

SIZE = int(os.environ.get("SIZE", "100000"))
WORKERS = 2
TARGET = timedelta(seconds=5)
MORNING = datetime(2026, 12, 14, 1, tzinfo=UTC)


def measure() -> None:
    """Prints for each store how long arming and telling took, what was told past the target or not at all, and how long
    the tick after it takes.
    """
    row(f"{SIZE:,} deadlines due on one morning,", WORKERS, "workers")
    for store in STORES:
        with fresh_database(store) as (database, folder):
            _measure(store, database, folder)


def _measure(store: str, database: Database, folder: Path) -> None:
    opened = seconds(lambda: populate(database, folder, SIZE))
    armed = seconds(lambda: _arm(database))
    told = _tell(database, folder)
    again = _tell(database, folder)
    late, missed, notices = _outcome(database)
    row(f"  {store:9}", f"cases opened in {opened:.1f} s, armed in {armed:.1f} s")
    row(" " * 11, f"all told in {told:.1f} s ({SIZE / told:,.0f}/s), the tick after it {again:.2f} s")
    row(" " * 11, f"{notices:,} notices; later than {TARGET.seconds} s: {late:,}; not told or told twice: {missed:,}")


def _arm(database: Database) -> None:
    due = MORNING.date()
    with database.unit_of_work() as session:
        session.execute(update(Deadline).values(due_on=due, next_alert_on=due))


def _outcome(database: Database) -> tuple[int, int, int]:
    """Notices that bear a moment past the target, deadlines without exactly one event, all notices."""
    mine = Notice.kind == "deadline"
    once = select(func.count(OutboxRow.event.distinct())).where(OutboxRow.kind == "deadline")
    with database.reading() as session:
        late = session.scalar(select(func.count()).where(mine, Notice.created_at > MORNING + TARGET)) or 0
        missed = (session.scalar(select(func.count()).select_from(Deadline)) or 0) - (session.scalar(once) or 0)
        return late, missed, session.scalar(select(func.count()).where(mine)) or 0


def _tell(database: Database, folder: Path) -> float:
    """Both workers are up before the tick comes; answers the seconds until the slower one has ended."""
    context = get_context("spawn")
    up = context.Barrier(WORKERS + 1)
    work = (database.url, folder, up)
    workers = [context.Process(target=_work, args=work) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    up.wait()
    return seconds(lambda: [worker.join() for worker in workers])


def _work(url: str, folder: Path, up: Any) -> None:
    database = Database(url)
    runtime = Runtime(database, folder)
    with database.reading() as session:
        runtime.processes(session)
    up.wait()
    remind(Runtime(database, folder, clock=_clock_from(time())))
    database.dispose()


def _clock_from(started: float) -> Callable[[], datetime]:
    """The morning, and as much later as has passed since."""
    return lambda: MORNING + timedelta(seconds=time() - started)
