"""Telling people outside the application, for the tests of wishes: rows, clocks of cases, relays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update

from tests.clocks import START
from tests.integration.telling import PAYLOAD, outbox_rows
from workflow.database import Database
from workflow.delivery.letting_out import let_out
from workflow.models import Deadline, OutboxRow, WorkItem
from workflow.outbox import Status, rows_for
from workflow.published import Published
from workflow.settings import MOST_A_DAY
from workflow.wishes import Hours, Wanted, keep_wishes

EMAIL = frozenset({"email"})
PUBLISHED = Published()


def wish(database: Database, person: int, paces: Mapping[str, str], hours: Hours | None = None) -> None:
    """Paces of the e-mail by kind."""
    with database.unit_of_work() as session:
        keep_wishes(session, person, Wanted(hours or Hours(), {(kind, "email"): p for kind, p in paces.items()}), EMAIL)


def write(
    database: Database,
    event: str,
    person: int,
    case_id: int | None,
    now: datetime = START,
    kind: str = "transition",
    payload: Mapping[str, Any] = PAYLOAD,
) -> None:
    with database.unit_of_work() as session:
        session.execute(insert(OutboxRow), rows_for(event, kind, case_id, [person], payload, now))


def clock(database: Database, case_id: int, due_on: date, code: str = "D") -> int:
    with database.unit_of_work() as session:
        row = Deadline(
            case_id=case_id,
            code=code,
            status="running",
            starts_on=START.date(),
            due_on=due_on,
            provisional=False,
            started_at=START,
        )
        session.add(row)
        session.flush()
        return row.id


def item(database: Database, case_id: int, due_on: date) -> None:
    """A step somebody has to take by a day."""
    with database.unit_of_work() as session:
        session.add(WorkItem(case_id=case_id, state="under_review", role="approver", due_on=due_on, opened_at=START))


def stop(database: Database, clock_id: int) -> None:
    with database.unit_of_work() as session:
        session.execute(update(Deadline).where(Deadline.id == clock_id).values(status="stopped"))


def relay(database: Database, now: datetime, most_a_day: int = MOST_A_DAY, channels: frozenset[str] = EMAIL) -> None:
    with database.unit_of_work() as session:
        let_out(session, now, channels, most_a_day, PUBLISHED)


def deliver(database: Database, now: datetime) -> list[OutboxRow]:
    """Everything that may go is told; answers it."""
    going = outside(database, Status.NEW)
    with database.unit_of_work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.status == Status.NEW).values(status=Status.SENT, sent_at=now))
    return going


def outside(database: Database, status: str | None = None) -> list[OutboxRow]:
    """Rows of channels outside, in the order of their events."""
    return [r for r in outbox_rows(database) if r.channel != "in_app" and status in (None, r.status)]
