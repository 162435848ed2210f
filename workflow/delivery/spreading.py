"""From what a person is told in the application to the channels outside: by the addresses that are known.

Done when the row is due and not when it is written: an action pays for one row a person, and what was taken back
before anybody was told was never spread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, union_all, update
from sqlalchemy.orm import Session

from workflow.dialects import insert_ignoring, skip_locked
from workflow.models import Contact, OutboxRow, User
from workflow.outbox import IN_APP, IN_APP_AT_ONCE, WAITING, row_of

EMAIL = "email"


def spread(session: Session, now: datetime, channels: Set[str]) -> None:
    """Writes, for due rows not spread yet, a row for each of `channels` in which the person has an address.

    Once for each row, whoever runs it and however often: (event, person, channel) is unique.
    """
    fresh = list(session.scalars(skip_locked(session, _FRESH.where(OutboxRow.due_at <= now), of=[OutboxRow])))
    if not fresh:
        return
    insert_ignoring(session, OutboxRow, list(_outside(session, fresh, now, channels)))
    session.execute(update(OutboxRow).where(OutboxRow.id.in_([row.id for row in fresh])).values(spread_at=now))


_FRESH = (
    select(OutboxRow)
    .where(OutboxRow.channel == IN_APP, OutboxRow.spread_at.is_(None), OutboxRow.status.in_(WAITING))
    .order_by(OutboxRow.due_at)
    .limit(IN_APP_AT_ONCE)
)


def _outside(
    session: Session, fresh: Iterable[OutboxRow], now: datetime, channels: Set[str]
) -> Iterator[dict[str, Any]]:
    reached = _reached(session, {row.user_id for row in fresh})
    for row in fresh:
        for channel in sorted(reached.get(row.user_id, set()) & channels):
            yield row_of(row.event, row.kind, row.case_id, row.user_id, channel, row.payload, row.created_at) | {
                "due_at": now,
                "spread_at": now,
            }


def _reached(session: Session, people: Iterable[int]) -> dict[int, set[str]]:
    """The channels in which each active person has an address."""
    wanted = sorted(people)
    mail = select(User.id, literal(EMAIL)).where(User.id.in_(wanted), User.is_active, User.email.is_not(None))
    others = (
        select(Contact.user_id, Contact.channel)
        .join(User, User.id == Contact.user_id)
        .where(Contact.user_id.in_(wanted), User.is_active)
    )
    found: dict[int, set[str]] = {}
    for user_id, channel in session.execute(union_all(mail, others)):
        found.setdefault(user_id, set()).add(channel)
    return found
