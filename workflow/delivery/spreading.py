"""From what a person is told in the application to the channels outside: by the addresses and wishes that are known.

Done when the row is due and not when it is written: an action pays for one row a person, and what was taken back
before anybody was told was never spread. What is spread is held until its time (`workflow/delivery/gathering.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflow.delivery.grounds import Grounds
from workflow.dialects import insert_ignoring, skip_locked
from workflow.models import OutboxRow
from workflow.outbox import IN_APP, IN_APP_AT_ONCE, OUTSIDE, Status, row_of
from workflow.published import Published
from workflow.wishes import Pace, Subject, Wishes, kind_of, read_wishes, time_for
from workflow.wishes.addresses import reached
from workflow.wishes.pace import HOUR, together

Told = dict[tuple[int, str, int | None], datetime]


def spread(session: Session, now: datetime, channels: Set[str], published: Published) -> None:
    """Writes, for due rows not spread yet, a row for each of `channels` in which the person has an address and that
    they did not switch off for its kind.

    Once for each row, whoever runs it and however often: (event, person, channel) is unique. A row that was told in
    the application before it was spread is spread all the same.
    """
    fresh = list(session.scalars(skip_locked(session, _FRESH.where(OutboxRow.due_at <= now), of=[OutboxRow])))
    if not fresh:
        return
    insert_ignoring(session, OutboxRow, list(_outside(session, fresh, now, channels, published)))
    session.execute(update(OutboxRow).where(OutboxRow.id.in_([row.id for row in fresh])).values(spread_at=now))


_FRESH = (
    select(OutboxRow)
    .where(OutboxRow.channel == IN_APP, OutboxRow.spread_at.is_(None), OutboxRow.status != Status.WITHDRAWN)
    .order_by(OutboxRow.due_at)
    .limit(IN_APP_AT_ONCE)
)


def _outside(
    session: Session, fresh: Sequence[OutboxRow], now: datetime, channels: Set[str], published: Published
) -> Iterator[dict[str, Any]]:
    people = {row.user_id for row in fresh}
    addresses = reached(session, people)
    if not addresses:
        return
    wishes, grounds = read_wishes(session, people), Grounds(session, fresh, published)
    told = _told_lately(session, fresh, now)
    for row in fresh:
        usable = addresses.get(row.user_id, set()) & channels
        is_correction = kind_of(row.kind).subject is Subject.CORRECTION
        for channel, pace in wishes[row.user_id].paces(kind_of(row.kind), usable).items():
            told_at = told.get((row.user_id, channel, row.case_id))
            if pace is Pace.OFF or (is_correction and told_at is None):
                continue
            waits_from = None if is_correction else told_at
            yield _held(row, channel) | {"due_at": _time(row, pace, wishes[row.user_id], grounds, waits_from, now)}


def _held(row: OutboxRow, channel: str) -> dict[str, Any]:
    made = row_of(row.event, row.kind, row.case_id, row.user_id, channel, row.payload, row.created_at)
    return made | {"status": Status.HELD}


def _time(
    row: OutboxRow, pace: Pace, wishes: Wishes, grounds: Grounds, told_at: datetime | None, now: datetime
) -> datetime:
    soonest = together(now) if kind_of(row.kind).gathers else now
    due_on = grounds.due_on(row)
    return time_for(pace, wishes.hours, now, due_on=due_on, told_at=told_at, soonest=soonest)


def _told_lately(session: Session, fresh: Sequence[OutboxRow], now: datetime) -> Told:
    """When each was first told of a case within the last hour, by person and channel."""
    rows = session.execute(
        select(OutboxRow.user_id, OutboxRow.channel, OutboxRow.case_id, func.min(OutboxRow.spread_at).label("first"))
        .where(
            OUTSIDE,
            OutboxRow.user_id.in_({row.user_id for row in fresh}),
            OutboxRow.case_id.in_({row.case_id for row in fresh if row.case_id is not None}),
            OutboxRow.spread_at > now - HOUR,
            OutboxRow.status != Status.WITHDRAWN,
        )
        .group_by(OutboxRow.user_id, OutboxRow.channel, OutboxRow.case_id)
    )
    return {(row.user_id, row.channel, row.case_id): row.first for row in rows}
