"""What waited for its time goes out: alone, or as one message where several are due for a person in a channel.

Run by one relay at a time, so that no two of them share out between themselves what belongs into one message.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.delivery.grounds import Grounds
from workflow.dialects import insert_ignoring, skip_locked
from workflow.digest import DIGEST, digest_of, line_of
from workflow.models import OutboxRow
from workflow.outbox import OUTSIDE, Status, row_of
from workflow.published import Published
from workflow.wishes import Pace, Wishes, kind_of, read_wishes
from workflow.wishes.addresses import reached
from workflow.wishes.pace import midnight_after, midnight_before

# People and channels in one transaction.
AT_ONCE = 200

Place = tuple[int, str]


def gather(session: Session, now: datetime, channels: Set[str], most_a_day: int, published: Published) -> None:
    """Lets go what is held and due. Of more than `most_a_day` messages to a person in a channel the rest waits for
    the end of the day, unless something in it is due today.

    What has lost its reason meanwhile is withdrawn. A digest's event bears its moment and is unique: should it be
    there already, what was to go into it waits for the next run.
    """
    places = _due_places(session, now)
    rows = _held(session, now, places)
    if not rows:
        return
    people = {user_id for user_id, _ in places}
    wishes, used = read_wishes(session, people), _used(session, people, now)
    grounds = Grounds(session, rows, published)
    standing = _standing(session, rows, grounds, wishes, channels)
    bundles = []
    for place, found in groupby(standing, lambda row: (row.user_id, row.channel)):
        members = list(found)
        pressing = {row.id for row in members if _is_pressing(grounds.due_on(row), local_day(now))}
        if used.get(place, 0) >= most_a_day and not pressing:
            _put_off(members, wishes[place[0]], now)
        elif len(members) == 1:
            _let_go(members[0], now)
        else:
            bundles.append((_digest(members, pressing, now), members))
    _bundle(session, bundles, now)


def _due_places(session: Session, now: datetime) -> list[Place]:
    """Whole groups are taken, so that the limit never cuts one in two."""
    due = (OutboxRow.status == Status.HELD, OutboxRow.due_at <= now)
    columns = (OutboxRow.user_id, OutboxRow.channel)
    wanted = select(*columns).where(*due).group_by(*columns).order_by(func.min(OutboxRow.due_at)).limit(AT_ONCE)
    return [(user_id, channel) for user_id, channel in session.execute(wanted)]


def _held(session: Session, now: datetime, places: Sequence[Place]) -> Sequence[OutboxRow]:
    """Those an action is just withdrawing are passed over: they are gone, or still there the next time."""
    query = (
        select(OutboxRow)
        .where(
            OutboxRow.status == Status.HELD,
            OutboxRow.due_at <= now,
            tuple_(OutboxRow.user_id, OutboxRow.channel).in_(places),
        )
        .order_by(
            OutboxRow.user_id,
            OutboxRow.channel,
            OutboxRow.created_at,
            func.length(OutboxRow.event),
            OutboxRow.event,
        )
    )
    return session.scalars(skip_locked(session, query, of=[OutboxRow])).all() if places else []


def _used(session: Session, people: Collection[int], now: datetime) -> dict[Place, int]:
    """How many messages each was sent today; a digest is one."""
    columns = (OutboxRow.user_id, OutboxRow.channel)
    counted = (
        select(*columns, func.count())
        .where(
            OUTSIDE,
            OutboxRow.user_id.in_(sorted(people)),
            OutboxRow.spread_at >= midnight_before(now),
            OutboxRow.bundle_id.is_(None),
            OutboxRow.status != Status.WITHDRAWN,
        )
        .group_by(*columns)
    )
    return {(user_id, channel): count for user_id, channel, count in session.execute(counted)}


def _standing(
    session: Session, rows: Sequence[OutboxRow], grounds: Grounds, wishes: Mapping[int, Wishes], channels: Set[str]
) -> Iterator[OutboxRow]:
    """Without those that lost their reason, their channel or address, or that the person has switched off since."""
    addresses = reached(session, {row.user_id for row in rows})
    for row in rows:
        usable = addresses.get(row.user_id, set()) & channels
        pace = wishes[row.user_id].paces(kind_of(row.kind), usable).get(row.channel, Pace.OFF)
        if pace is Pace.OFF or grounds.is_gone(row):
            row.status = Status.WITHDRAWN
        else:
            yield row


def _is_pressing(due_on: date | None, today: date) -> bool:
    return due_on is not None and due_on <= today


def _put_off(rows: Sequence[OutboxRow], wishes: Wishes, now: datetime) -> None:
    for row in rows:
        row.due_at = wishes.hours.after_quiet(midnight_after(now))


def _let_go(row: OutboxRow, now: datetime) -> None:
    # Due since it happened, not since now: this worker's clock may be ahead of those who are to publish it.
    row.status, row.due_at, row.spread_at = Status.NEW, row.created_at, now


def _digest(members: Sequence[OutboxRow], pressing: Collection[str], now: datetime) -> dict[str, Any]:
    first, cases = members[0], {row.case_id for row in members}
    lines = [line_of(m.id, m.kind, m.case_id, m.payload, is_pressing=m.id in pressing) for m in members]
    event = f"{DIGEST}:{first.user_id}:{first.channel}:{now.isoformat()}"
    case_id = first.case_id if len(cases) == 1 else None
    row = row_of(event, DIGEST, case_id, first.user_id, first.channel, digest_of(lines), now)
    return row | {"due_at": max(member.created_at for member in members), "spread_at": now}


def _bundle(session: Session, bundles: Sequence[tuple[dict[str, Any], list[OutboxRow]]], now: datetime) -> None:
    insert_ignoring(session, OutboxRow, [digest for digest, _ in bundles])
    ids = [digest["id"] for digest, _ in bundles]
    written = set(session.scalars(select(OutboxRow.id).where(OutboxRow.id.in_(ids)))) if ids else set()
    for digest, members in bundles:
        if digest["id"] in written:
            for row in members:
                row.status, row.bundle_id, row.spread_at = Status.BUNDLED, digest["id"], now
