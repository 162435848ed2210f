"""How the product runs, in figures: what waits to be told, which clocks are silent, what needs a hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.health import TickLine, tick_lines
from workflow.models import OutboxRow
from workflow.outbox import WAITING, Status
from workflow.queries.incidents import open_incidents


@dataclass(frozen=True, slots=True)
class Backlog:
    """Messages of a channel that are due or on their way; `oldest` is how long the oldest of them has been written.

    Those that wait for a later hour (a digest, quiet hours, the next attempt) are counted as `later`.
    """

    channel: str
    due: int
    later: int
    oldest: timedelta | None


@dataclass(frozen=True, slots=True)
class Running:
    incidents: int
    ticks: Sequence[TickLine]
    backlog: Sequence[Backlog]

    @property
    def due(self) -> int:
        return sum(line.due for line in self.backlog)


def running(session: Session, now: datetime) -> Running:
    return Running(open_incidents(session), tick_lines(session, now), backlog(session, now))


def backlog(session: Session, now: datetime) -> list[Backlog]:
    """By channel; one query along the index of what waits."""
    is_due = OutboxRow.due_at <= now
    rows = session.execute(
        select(
            OutboxRow.channel,
            func.count().filter(is_due | OutboxRow.status.in_(("queued", "sending"))).label("due"),
            func.count().filter(~is_due, OutboxRow.status.in_(("new", "held"))).label("later"),
            func.min(OutboxRow.due_at).filter(is_due).label("oldest"),
        )
        .where(OutboxRow.status.in_((*WAITING, Status.HELD)))
        .group_by(OutboxRow.channel)
        .order_by(OutboxRow.channel)
    )
    return [Backlog(row.channel, row.due, row.later, now - row.oldest if row.oldest else None) for row in rows]
