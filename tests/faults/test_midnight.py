"""F17: the midnight before a leap day as two workers see it that two beats tick, and one of which is killed."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Integer, func, literal, select, update

from bench.copies import copy_cases
from bench.population import populate
from tests.faults.figures import figures
from tests.faults.options import option
from tests.faults.processes import site
from tests.faults.trial import Ground
from tests.servers import wait_until
from workflow.database import Database
from workflow.models import Deadline, Notice
from workflow.models.base import table_of

LEAP_DAY = date(2028, 2, 29)
MIDNIGHT = datetime(2028, 2, 28, 16, tzinfo=UTC)  # in Shanghai
OPENED = 500  # cases by the engine; more are copies
DAYS = 60
LEAD = 6.0  # seconds for the workers to be up


def test_f17_deadlines_of_a_day_are_told_after_its_midnight_and_once(postgres_ground: Ground) -> None:
    database = Database(postgres_ground.database_url)
    due = _armed(database, postgres_ground.folder, option("armed", OPENED))
    parts = site(
        *(postgres_ground.nursery, postgres_ground.folder / "data"),
        DATABASE_URL=postgres_ground.database_url,
        REDIS_URL=postgres_ground.broker.url,
    )
    with parts as place:
        begins = time.time() + LEAD
        off = MIDNIGHT.timestamp() - begins
        workers = [place.worker("-c", "2", clock_off=off) for _ in range(2)]
        for _ in range(2):
            place.beat()
        wait_until(lambda: bool(_told(database)), "the first reminder", within=60)
        workers[0].kill()
        workers[0].pid = workers[0].start()
        wait_until(lambda: len(_told(database)) >= len(due), "all reminders", within=300)
        after = time.time() - begins
    told = _told(database)
    assert sorted(told) == sorted(f"deadline:{number}:{LEAP_DAY}:0" for number in due)
    assert min(told.values()) >= MIDNIGHT
    figures({"trial": "F17", "armed": option("armed", OPENED), "due": len(due), "told_after": round(after, 2)})
    database.dispose()


def _armed(database: Database, folder: Path, armed: int) -> list[int]:
    """So many deadlines, due over sixty days from the leap day on; answers those that are due on it."""
    populate(database, folder, OPENED)
    clocks = table_of(Deadline)
    with database.unit_of_work() as session:
        copy_cases(session, armed // OPENED - 1)
        for ahead in range(DAYS):
            day = LEAP_DAY + timedelta(days=ahead)
            ours = update(clocks).where(clocks.c.id % literal(DAYS, Integer) == ahead)
            session.execute(ours.values(due_on=day, next_alert_on=day))
        return list(session.scalars(select(clocks.c.id).where(clocks.c.due_on == LEAP_DAY)))


def _told(database: Database) -> dict[str, datetime]:
    """When each reminder was told first, by its event."""
    told = (
        select(Notice.event, func.min(Notice.created_at).label("first"))
        .where(Notice.kind == "deadline")
        .group_by(Notice.event)
    )
    with database.reading() as session:
        return {row.event: row.first for row in session.execute(told)}
