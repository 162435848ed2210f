"""When the clocks last ran to their end: the sign of life of beat, broker, worker and database together.

A process that lives proves nothing (a worker may have stopped consuming); a tick that was executed does.
`python -m workflow.health` asks as a container's health check does: 0 when the relay ran in the last minute.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflow.clock import utc_now
from workflow.database import Database
from workflow.dialects import upsert
from workflow.models import Tick
from workflow.settings import load_settings

RELAY = "relay"
REMINDERS = "reminders"

LONGEST_SILENCE = timedelta(minutes=1)


def record_tick(session: Session, name: str, now: datetime) -> None:
    upsert(session, Tick, ["name"], {"name": name, "at": now})


def last_tick_age(session: Session, name: str, now: datetime) -> timedelta | None:
    """How long ago the tick of this name last ended; None when it never ran."""
    at = session.scalar(select(Tick.at).where(Tick.name == name))
    return None if at is None else now - at


def main() -> int:
    database = Database(load_settings().database_url)
    try:
        with database.reading() as session:
            age = last_tick_age(session, RELAY, utc_now())
    except SQLAlchemyError as error:
        print(f"the database does not answer: {type(error).__name__}")
        return 1
    finally:
        database.dispose()
    print("the relay never ran" if age is None else f"the relay ran {age.total_seconds():.0f} s ago")
    return 0 if age is not None and age < LONGEST_SILENCE else 1


if __name__ == "__main__":
    sys.exit(main())
