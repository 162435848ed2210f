"""The narrow share of the channels that lead outside the house."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from workflow.channel_pace import Limits, Turns, is_open
from workflow.dialects import is_alone, skip_locked
from workflow.models import OutboxRow
from workflow.outbox.leases import is_due, is_in_hand
from workflow.outbox.rows import OUTSIDE

# Who takes what goes outside.
TAKING_OUTSIDE = 8_412_078


def take_outside(
    session: Session, now: datetime, most: int, limits: Mapping[str, Limits], each: int
) -> list[Row[str, str, int]]:
    """What may go outside now. Done by one at a time, so that no two give the same place away."""
    if not is_alone(session, TAKING_OUTSIDE):
        return []
    in_hand = _in_hand(session, now)
    due = _due_in_turn(session, now, [name for name, count in in_hand.items() if count >= each], most - in_hand.total())
    turns = Turns(session, limits, now) if due else None
    taken = []
    for row in due:
        has_room = in_hand.total() < most and in_hand[row.channel] < each
        if has_room and turns and turns.take(row.channel, row.user_id):
            in_hand[row.channel] += 1
            taken.append(row)
    return taken


def _in_hand(session: Session, now: datetime) -> Counter[str]:
    """How many rows of each channel outside are under way."""
    places = func.count().label("places")
    counted = select(OutboxRow.channel, places).where(is_in_hand(now), OUTSIDE).group_by(OutboxRow.channel)
    return Counter({row.channel: row.places for row in session.execute(counted)})


def _due_in_turn(session: Session, now: datetime, full: Sequence[str], most: int) -> Sequence[Row[str, str, int]]:
    """(id, channel, person) of what is due in channels that are not full: the first of each, then the second of each.

    In the order of their times alone, a channel with a long queue would leave no place to one with a short one.
    """
    if most < 1:
        return ()
    may_go = and_(is_due(now), OUTSIDE, OutboxRow.channel.not_in(full), is_open(now))
    turn = func.row_number().over(partition_by=OutboxRow.channel, order_by=OutboxRow.due_at).label("turn")
    queue = select(OutboxRow.id, turn).where(may_go).subquery()
    due = (
        select(OutboxRow.id, OutboxRow.channel, OutboxRow.user_id)
        .join(queue, queue.c.id == OutboxRow.id)
        .where(may_go, queue.c.turn <= most)
        .order_by(queue.c.turn, OutboxRow.due_at)
    )
    return session.execute(skip_locked(session, due, of=[OutboxRow])).all()
