"""How long a row is somebody's, how often it is tried, and which are due.

A lease is short, so that what died with its worker or with the broker is soon under way again; a worker that lives
renews the lease of what it delivers.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_

from workflow.models import OutboxRow
from workflow.outbox.rows import HANDED_OUT, WAITING

# Within ten seconds of a loss the row is to be under way again; a worker renews it three times in this span.
LEASE = timedelta(seconds=6)
# A row that was published before and claimed by nobody may stand in a long queue: publishing it every few seconds would
# only lengthen that.
LONG_LEASE = timedelta(seconds=20)

MAX_ATTEMPTS = 10
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)


def wait_after(attempts: int) -> timedelta:
    """10 s after the first attempt, twice as long after each further one, an hour at most."""
    return min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)


def is_due(now: datetime) -> ColumnElement[bool]:
    has_come = or_(and_(OutboxRow.status.in_(WAITING), OutboxRow.due_at <= now), is_from_the_future(now))
    # What was committed since the spreading would be told in the application, and its mail never be made.
    return and_(has_come, OutboxRow.spread_at.is_not(None))


def is_in_hand(now: datetime) -> ColumnElement[bool]:
    return and_(OutboxRow.status.in_(HANDED_OUT), OutboxRow.due_at > now, ~is_from_the_future(now))


def is_from_the_future(now: datetime) -> ColumnElement[bool]:
    """A lease longer than any we give: its worker's clock was ahead, and waiting for it could take days."""
    return and_(OutboxRow.status.in_(HANDED_OUT), OutboxRow.due_at > now + LONG_LEASE)
