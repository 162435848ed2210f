"""The rows of the outbox: what each says, and the states it goes through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import literal_column

from workflow.models import OutboxRow

IN_APP = "in_app"

# Written out, not given as a value: a store chooses the index of these rows only where it reads the word.
OUTSIDE = OutboxRow.channel != literal_column(f"'{IN_APP}'")


class Status(StrEnum):
    HELD = "held"  # waits for the time its person wishes, to go alone or with others
    NEW = "new"  # waits for its due time
    QUEUED = "queued"  # published; due again when the broker lost it
    SENDING = "sending"  # a worker has it; due again when the worker died
    SENT = "sent"
    FAILED = "failed"  # given up; an operator sees it
    BUNDLED = "bundled"  # told in one message with others: what became of it is what became of that row
    WITHDRAWN = "withdrawn"  # what it told of was taken back or settled before the person was told


WAITING = (Status.NEW, Status.QUEUED, Status.SENDING)
HANDED_OUT = (Status.QUEUED, Status.SENDING)
RECALLABLE = (Status.HELD, Status.NEW, Status.QUEUED)


def rows_for(
    event: str,
    kind: str,
    case_id: int | None,
    people: Iterable[int],
    payload: Mapping[str, Any],
    now: datetime,
) -> list[dict[str, Any]]:
    """Rows for one insert into `OutboxRow.__table__`: one for each account, named twice or not, in the application.

    Those of the channels outside are made from it when it is due (`workflow/delivery/spreading.py`).
    """
    # The one object for all, so that it is written as JSON once.
    words = dict(payload)
    return [row_of(event, kind, case_id, user_id, IN_APP, words, now) for user_id in dict.fromkeys(people)]


def row_of(
    event: str, kind: str, case_id: int | None, user_id: int, channel: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """A row with every column, so that rows of all channels go into one statement; due at `now`."""
    return {
        "id": uuid4().hex,
        "event": event,
        "kind": kind,
        "case_id": case_id,
        "user_id": user_id,
        "channel": channel,
        "payload": payload,
        "status": Status.NEW.value,
        "due_at": now,
        "attempts": 0,
        "last_error": None,
        "created_at": now,
        "sent_at": None,
        "spread_at": None,
        "bundle_id": None,
    }


def notices_told(rows: Iterable[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The notices of rows that are told in the application; the rows are marked as sent.

    For what is written by the thousand: notice and row go with one transaction, and no worker has to take each. What
    goes outside is made from the rows as from any other.
    """
    for row in rows:
        row.update(status=Status.SENT.value, sent_at=now)
    return [
        {
            "event": row["event"],
            "user_id": row["user_id"],
            "case_id": row["case_id"],
            "kind": row["kind"],
            "title": row["payload"]["title"],
            "body": row["payload"]["body"],
            "created_at": row["created_at"],
        }
        for row in rows
    ]
