"""What becomes of a row that somebody took. Nothing here commits; the caller's unit of work does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from workflow import attempts
from workflow.incidents import Finding, Kind
from workflow.models import Deadline, OutboxRow
from workflow.outbox.leases import LEASE, MAX_ATTEMPTS, wait_after
from workflow.outbox.rows import Status

# Kinds whose events bear the number of a deadline.
OF_DEADLINES = frozenset({"deadline", "calendar"})


def claim(session: Session, outbox_id: str, now: datetime) -> OutboxRow | None:
    """Gives the row to one worker; None for a duplicate message or a row already dealt with.

    The attempt is counted here and not at its end, so that a row that kills its worker is not tried for ever. What
    tells of a deadline that no longer runs is withdrawn instead.
    """
    is_free = or_(
        OutboxRow.status == Status.QUEUED,
        and_(OutboxRow.status == Status.SENDING, OutboxRow.due_at <= now),
    )
    row = session.scalar(
        update(OutboxRow)
        .where(OutboxRow.id == outbox_id, is_free)
        .values(status=Status.SENDING, attempts=OutboxRow.attempts + 1, due_at=now + LEASE)
        .returning(OutboxRow)
    )
    if row is not None and stopped_among(session, [row]):
        row.status = Status.WITHDRAWN
        return None
    return row


def stopped_among(session: Session, rows: Iterable[OutboxRow]) -> list[OutboxRow]:
    """Those that tell of a deadline that runs no longer; one that names no deadline there is counts as running."""
    named = [(row, int(number)) for row in rows if row.kind in OF_DEADLINES and (number := _deadline_of(row))]
    if not named:
        return []
    ended = select(Deadline.id).where(Deadline.id.in_({number for _, number in named}), Deadline.status != "running")
    stopped = set(session.scalars(ended))
    return [row for row, number in named if number in stopped]


def _deadline_of(row: OutboxRow) -> str | None:
    number = row.event.split(":")[1:2]
    return number[0] if number and number[0].isdecimal() else None


def renew(session: Session, row: OutboxRow, now: datetime) -> bool:
    """Says that the worker which claimed the row still delivers it; False when the row is no longer its own."""
    is_ours = (OutboxRow.id == row.id, OutboxRow.status == Status.SENDING, OutboxRow.attempts == row.attempts)
    renewed = update(OutboxRow).where(*is_ours).values(due_at=now + LEASE).returning(OutboxRow.id)
    return session.scalar(renewed) is not None


def mark_told(session: Session, outbox_ids: Sequence[str], now: datetime) -> None:
    """Records that rows of `take_inside` were told, each at its first attempt."""
    told = update(OutboxRow).where(OutboxRow.id.in_(outbox_ids))
    session.execute(told.values(status=Status.SENT, sent_at=now, attempts=1))
    attempts.record_sent(session, outbox_ids, now)


def mark_sent(session: Session, outbox_id: str, now: datetime, answer: str | None = None) -> None:
    """Records that it was told. Holds for a worker that outlived its lease too: what is told is told."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == outbox_id, OutboxRow.status != Status.SENT)
        .values(status=Status.SENT, sent_at=now, last_error=None)
    )
    attempts.end_newest(session, outbox_id, attempts.Result.SENT, answer, now)


def mark_attempt_failed(session: Session, row: OutboxRow, error: str, now: datetime, *, is_final: bool) -> bool:
    """Records a failed attempt: due again after a wait that doubles, or given up, which is what it answers.

    Does nothing when another worker has taken the row since (it counted an attempt of its own).
    """
    is_over = is_final or row.attempts >= MAX_ATTEMPTS
    changed = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row.id, OutboxRow.status == Status.SENDING, OutboxRow.attempts == row.attempts)
        .values(
            status=Status.FAILED if is_over else Status.NEW,
            due_at=now + wait_after(row.attempts),
            last_error=error,
        )
        .returning(OutboxRow.id)
    )
    return is_over and changed.first() is not None


def not_told(row: OutboxRow, kind: Kind, cause: str) -> Finding:
    """A row that was given up, as an operator is to see it."""
    return Finding(kind, f"outbox:{row.id}", f"{row.channel}: {cause}", case_id=row.case_id, outbox_id=row.id)
