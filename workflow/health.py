"""When the clocks last ran to their end: the sign of life of beat, broker, worker and database together.

A process that lives proves nothing (a worker may have stopped consuming); a tick that was executed does.
`python -m workflow.health` asks as a container's health check does: 0 when the relay ran in the last minute.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflow.clock import utc_now
from workflow.database import Database
from workflow.dialects import upsert
from workflow.models import Tick
from workflow.settings import load_settings
from workflow.text import Text

RELAY = "relay"
REMINDERS = "reminders"
RECONCILER = "reconciler"
CONDITIONS = "conditions"
CLEANUP = "cleanup"

LONGEST_SILENCE = timedelta(minutes=1)

# How long each may be silent. One that was never heard is not missed: a hourly tick has an hour to come.
LIMITS = {
    RELAY: LONGEST_SILENCE,
    REMINDERS: timedelta(minutes=5),
    RECONCILER: timedelta(minutes=25),
    CONDITIONS: timedelta(hours=3),
    CLEANUP: timedelta(hours=3),
}
TICK_NAMES = {
    RELAY: Text("通知发送", "Relay of notices"),
    REMINDERS: Text("期限提醒", "Reminders"),
    RECONCILER: Text("自查", "Reconciler"),
    CONDITIONS: Text("支部情况检查", "Look over the branches"),
    CLEANUP: Text("清理", "Cleanup"),
}


@dataclass(frozen=True, slots=True)
class TickLine:
    """`age` is None where it was never heard."""

    name: str
    age: timedelta | None
    limit: timedelta

    @property
    def label(self) -> Text:
        return TICK_NAMES[self.name]

    @property
    def is_silent(self) -> bool:
        return self.age is not None and self.age > self.limit


def record_tick(session: Session, name: str, now: datetime) -> None:
    upsert(session, Tick, ["name"], {"name": name, "at": now})


def last_tick_age(session: Session, name: str, now: datetime) -> timedelta | None:
    """How long ago the tick of this name last ended; None when it never ran."""
    at = session.scalar(select(Tick.at).where(Tick.name == name))
    return None if at is None else now - at


def tick_lines(session: Session, now: datetime) -> Sequence[TickLine]:
    """Every tick there should be."""
    heard = {tick.name: tick.at for tick in session.scalars(select(Tick))}
    return [TickLine(name, now - heard[name] if name in heard else None, limit) for name, limit in LIMITS.items()]


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
