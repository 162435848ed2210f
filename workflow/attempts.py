"""The record of each attempt to tell one outbox row: when it began, when it ended, and how.

Written in the transactions that claim and mark the row. Nothing here commits; the caller's unit of work does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, insert, literal, select, update
from sqlalchemy.orm import Session

from workflow.models import DeliveryAttempt, OutboxRow
from workflow.models.base import UTCDateTime


class Result(StrEnum):
    """How an attempt ended. One that never says is under way, or its worker ended in it."""

    SENT = "sent"
    FAILED = "failed"  # tried again later
    GIVEN_UP = "given_up"  # not tried again; an operator sees it


def begin(session: Session, outbox_id: str, now: datetime) -> int:
    """Answers the attempt's number. It goes on counting where an operator gave the row fresh attempts."""
    number = select(func.coalesce(func.max(DeliveryAttempt.number), 0) + 1).where(
        DeliveryAttempt.outbox_id == outbox_id
    )
    written = insert(DeliveryAttempt).from_select(
        ["outbox_id", "number", "began_at"],
        select(literal(outbox_id), number.scalar_subquery(), literal(now, UTCDateTime())),
    )
    return session.scalars(written.returning(DeliveryAttempt.number)).one()


def record_sent(session: Session, outbox_ids: Sequence[str], now: datetime) -> None:
    """One attempt of each row that began and ended well in this transaction."""
    newest = select(func.max(DeliveryAttempt.number)).where(DeliveryAttempt.outbox_id == OutboxRow.id)
    moment = literal(now, UTCDateTime())
    sent = select(
        OutboxRow.id,
        func.coalesce(newest.scalar_subquery(), 0) + 1,
        *(moment, moment, literal(Result.SENT.value)),
    ).where(OutboxRow.id.in_(outbox_ids))
    columns = ["outbox_id", "number", "began_at", "ended_at", "result"]
    session.execute(insert(DeliveryAttempt).from_select(columns, sent))


def end_newest(session: Session, outbox_id: str, result: Result, answer: str | None, now: datetime) -> None:
    """For a channel, which knows the row and not the number."""
    newest = select(func.max(DeliveryAttempt.number)).where(DeliveryAttempt.outbox_id == outbox_id)
    _end(session, outbox_id, DeliveryAttempt.number == newest.scalar_subquery(), result, answer, now)


def end(session: Session, outbox_id: str, number: int, result: Result, answer: str | None, now: datetime) -> None:
    """`answer` is a code of the channel's own, never a quotation."""
    _end(session, outbox_id, DeliveryAttempt.number == number, result, answer, now)


def _end(
    session: Session, outbox_id: str, which: ColumnElement[bool], result: Result, answer: str | None, now: datetime
) -> None:
    session.execute(
        update(DeliveryAttempt)
        .where(DeliveryAttempt.outbox_id == outbox_id, which, DeliveryAttempt.result.is_(None))
        .values(result=result.value, answer=answer, ended_at=now)
    )
