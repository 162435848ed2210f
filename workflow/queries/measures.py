"""The figures of the running product that an observer collects; each is one query along an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from workflow.attempts import Result
from workflow.clock import local_day
from workflow.health import TickLine, tick_lines
from workflow.incidents import KIND_NAMES, Status
from workflow.models import Deadline, DeliveryAttempt, Incident, OutboxRow
from workflow.queries.operating import Backlog, backlog

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Measures:
    """`last_hour`: messages by channel and by how their last attempt ended (sent, failed, given_up)."""

    backlog: Sequence[Backlog]
    last_hour: Mapping[tuple[str, str], int]
    overdue: int
    incidents: Mapping[str, int]
    ticks: Sequence[TickLine]


def measures(session: Session, now: datetime) -> Measures:
    overdue = select(func.count()).where(Deadline.status == "running", Deadline.due_on < local_day(now))
    return Measures(
        backlog(session, now),
        _last_hour(session, now),
        session.scalar(overdue) or 0,
        _open(session),
        tick_lines(session, now),
    )


def _last_hour(session: Session, now: datetime) -> dict[tuple[str, str], int]:
    """A row is due anew a while after each attempt, so that the index of what is due leads to those of the hour."""
    lately = and_(DeliveryAttempt.outbox_id == OutboxRow.id, DeliveryAttempt.ended_at > now - HOUR)
    newest = (
        select(func.max(DeliveryAttempt.number))
        .where(DeliveryAttempt.outbox_id == OutboxRow.id)
        .correlate(OutboxRow)
        .scalar_subquery()
    )
    rows = session.execute(
        select(OutboxRow.channel, DeliveryAttempt.result, func.count())
        .join(DeliveryAttempt, lately)
        .where(OutboxRow.status.in_(("new", "queued", "sending", "sent", "failed")), OutboxRow.due_at > now - HOUR)
        .where(DeliveryAttempt.number == newest, DeliveryAttempt.result.is_not(None))
        .group_by(OutboxRow.channel, DeliveryAttempt.result)
    )
    found: dict[tuple[str, str], int] = {}
    for channel, result, number in rows:
        found[channel, str(result)] = number
        # A channel that tells has all of its figures, so that a missing one is not taken for none.
        for other in Result:
            found.setdefault((channel, other.value), 0)
    return found


def _open(session: Session) -> dict[str, int]:
    counted = select(Incident.kind, func.count()).where(Incident.status == Status.OPEN).group_by(Incident.kind)
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(counted)}
    return {kind.value: found.get(kind, 0) for kind in KIND_NAMES}
