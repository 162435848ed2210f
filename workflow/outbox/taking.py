"""Hands due rows to the relay, each to one at a time, and takes back what was lost.

A message in the broker is a nudge that carries only a row's id: it may be lost (the lease runs out and the row is due
again) or doubled (the claim lets one through).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from workflow.channel_pace import Limits
from workflow.dialects import skip_locked, skip_used
from workflow.incidents import Kind, raise_incident
from workflow.models import Case, OutboxRow
from workflow.outbox.leases import LEASE, LONG_LEASE, MAX_ATTEMPTS, is_due, is_in_hand
from workflow.outbox.marks import not_told, stopped_among
from workflow.outbox.outside import take_outside
from workflow.outbox.rows import HANDED_OUT, IN_APP, Status

# In the hands of the workers at a time. What they cannot drain within a lease would be published again and again.
IN_APP_AT_ONCE = 500

WORKER_ENDED = "the worker ended in each attempt"


def take_due(
    session: Session,
    now: datetime,
    outside_at_once: int,
    limits: Mapping[str, Limits] | None = None,
    each_at_once: int | None = None,
    fresh_wait: timedelta = timedelta(0),
) -> list[str]:
    """Puts due rows under a lease and answers their ids, oldest first, to be published after the commit.

    No two callers are given the same row within one lease; a row that is not spread yet
    (`workflow/delivery/spreading.py`) waits. Channels that lead outside the house have their own, narrow share
    (`outside_at_once`): servers that hang must not hold every worker while in-app notices wait; and none of these
    channels more of it than `each_at_once`: one server that hangs must not hold up the others. A row of a channel that
    may not be used now, by its `limits` or because it is held, stays due. In-app rows that nobody tried yet wait
    `fresh_wait` for the relay, which tells them by the hundred (`take_inside`).
    """
    _give_up_exhausted(session, now)
    inside = OutboxRow.channel == IN_APP
    was_tried = or_(OutboxRow.status != Status.NEW, OutboxRow.attempts > 0)
    passed_over = and_(inside, or_(was_tried, OutboxRow.due_at <= now - fresh_wait))
    rows = list(_due(session, now, passed_over, _room(session, now, inside, IN_APP_AT_ONCE)))
    rows += take_outside(session, now, outside_at_once, limits or {}, each_at_once or outside_at_once)
    return _lease(session, now, [row.id for row in rows])


def take_inside(session: Session, now: datetime) -> Sequence[OutboxRow]:
    """Locks in-app rows that are due and that nobody tried yet, `IN_APP_AT_ONCE` at most, to be told in this
    transaction; what tells of a deadline that no longer runs is withdrawn.

    Waits for nobody. An action locks its case first and its rows later, and a notice refers to the case: who held the
    rows and then waited for the case would wait crosswise. Cases somebody acts on are passed over, for a later time.
    """
    is_fresh = (OutboxRow.channel == IN_APP, OutboxRow.status == Status.NEW, OutboxRow.attempts == 0)
    may_go = (*is_fresh, OutboxRow.due_at <= now, OutboxRow.spread_at.is_not(None))
    columns = select(OutboxRow.id, OutboxRow.case_id).where(*may_go).order_by(OutboxRow.due_at).limit(IN_APP_AT_ONCE)
    found = session.execute(columns).all()
    cases = select(Case.id).where(Case.id.in_({row.case_id for row in found if row.case_id is not None}))
    free = {None, *session.scalars(skip_used(session, cases, of=[Case]))}
    mine = select(OutboxRow).where(OutboxRow.id.in_([row.id for row in found if row.case_id in free]), *is_fresh)
    rows = session.scalars(skip_locked(session, mine.order_by(OutboxRow.due_at), of=[OutboxRow])).all() if found else ()
    stopped = stopped_among(session, rows)
    for row in stopped:
        row.status = Status.WITHDRAWN
    return [row for row in rows if row not in stopped]


def _room(session: Session, now: datetime, share: ColumnElement[bool], at_once: int) -> int:
    return max(at_once - (session.scalar(select(func.count()).where(is_in_hand(now), share)) or 0), 0)


def _due(session: Session, now: datetime, wanted: ColumnElement[bool], most: int) -> Sequence[Row[str, str, int]]:
    """(id, channel, person) of what is to be published now."""
    if not most:
        return ()
    due = select(OutboxRow.id, OutboxRow.channel, OutboxRow.user_id).where(is_due(now), wanted)
    return session.execute(skip_locked(session, due.order_by(OutboxRow.due_at).limit(most), of=[OutboxRow])).all()


def _lease(session: Session, now: datetime, ids: list[str]) -> list[str]:
    if ids:
        was_published = OutboxRow.status == Status.QUEUED
        lease = case((was_published, now + LONG_LEASE), else_=now + LEASE)
        session.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(status=Status.QUEUED, due_at=lease))
    return ids


def _give_up_exhausted(session: Session, now: datetime) -> None:
    """A row whose last attempt ended without a word (its worker was killed) is not published again."""
    given_up = (
        update(OutboxRow)
        .where(OutboxRow.status.in_(HANDED_OUT), OutboxRow.due_at <= now, OutboxRow.attempts >= MAX_ATTEMPTS)
        .values(status=Status.FAILED, last_error=WORKER_ENDED)
    )
    for row in session.scalars(given_up.returning(OutboxRow)).all():
        raise_incident(session, not_told(row, Kind.WORKER_LOST, WORKER_ENDED), now)


def give_back(session: Session, outbox_ids: Sequence[str], now: datetime) -> None:
    """Rows that were taken and could not be published are due at once. What did reach a worker stays with it."""
    is_unclaimed = (OutboxRow.id.in_(outbox_ids), OutboxRow.status == Status.QUEUED)
    session.execute(update(OutboxRow).where(*is_unclaimed).values(status=Status.NEW, due_at=now))
