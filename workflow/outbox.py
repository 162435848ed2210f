"""What must be told, written with the change it tells of, and the lease that lets several workers share the telling.

The database alone knows what is still to be sent. A message in the broker is a nudge that carries only a row's id:
it may be lost (the lease runs out and the row is due again) or doubled (the claim lets one through).
A lease is short, so that what died with its worker or with the broker is soon under way again; a worker that lives
renews the lease of what it delivers (`renew`). Nothing here commits; the caller's unit of work does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from workflow import attempts
from workflow.channel_pace import Limits, Turns, is_open
from workflow.dialects import is_alone, skip_locked, skip_used
from workflow.digest import without
from workflow.incidents import Finding, Kind, raise_incident
from workflow.models import Case, Deadline, OutboxRow

IN_APP = "in_app"

# Written out, not given as a value: a store chooses the index of these rows only where it reads the word.
OUTSIDE = OutboxRow.channel != literal_column(f"'{IN_APP}'")

# Within ten seconds of a loss the row is to be under way again; a worker renews it three times in this span.
LEASE = timedelta(seconds=6)
# A row that was published before and claimed by nobody may stand in a long queue: publishing it every few seconds would
# only lengthen that.
LONG_LEASE = timedelta(seconds=20)

# In the hands of the workers at a time. What they cannot drain within a lease would be published again and again.
IN_APP_AT_ONCE = 500

# Who takes what goes outside.
TAKING_OUTSIDE = 8_412_078

# Kinds whose events bear the number of a deadline.
OF_DEADLINES = frozenset({"deadline", "calendar"})

MAX_ATTEMPTS = 10
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)

WORKER_ENDED = "the worker ended in each attempt"


class Status(StrEnum):
    HELD = "held"  # waits for the time its person wishes, to go alone or with others
    NEW = "new"  # waits for its due time
    QUEUED = "queued"  # published; due again when the broker lost it
    SENDING = "sending"  # a worker has it; due again when the worker died
    SENT = "sent"
    FAILED = "failed"  # given up; an operator sees it
    BUNDLED = "bundled"  # told in one message with others: what became of it is what became of that row
    WITHDRAWN = "withdrawn"  # what it told of was taken back or settled before the person was told


WAITING = (Status.NEW, Status.QUEUED, Status.SENDING)
HANDED_OUT = (Status.QUEUED, Status.SENDING)
RECALLABLE = (Status.HELD, Status.NEW, Status.QUEUED)


def rows_for(
    event: str,
    kind: str,
    case_id: int | None,
    people: Iterable[int],
    payload: Mapping[str, Any],
    now: datetime,
) -> list[dict[str, Any]]:
    """Rows for one insert into `OutboxRow.__table__`: one for each account, named twice or not, in the application.

    Those of the channels outside are made from it when it is due (`workflow/delivery/spreading.py`).
    """
    # The one object for all, so that it is written as JSON once.
    words = dict(payload)
    return [row_of(event, kind, case_id, user_id, IN_APP, words, now) for user_id in dict.fromkeys(people)]


def row_of(
    event: str, kind: str, case_id: int | None, user_id: int, channel: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """A row with every column, so that rows of all channels go into one statement; due at `now`."""
    return {
        "id": uuid4().hex,
        "event": event,
        "kind": kind,
        "case_id": case_id,
        "user_id": user_id,
        "channel": channel,
        "payload": payload,
        "status": Status.NEW.value,
        "due_at": now,
        "attempts": 0,
        "last_error": None,
        "created_at": now,
        "sent_at": None,
        "spread_at": None,
        "bundle_id": None,
    }


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
    rows += _outside(session, now, outside_at_once, limits or {}, each_at_once or outside_at_once)
    return _lease(session, now, [row.id for row in rows])


def take_inside(session: Session, now: datetime) -> Sequence[OutboxRow]:
    """Locks in-app rows that are due and that nobody tried yet, `IN_APP_AT_ONCE` at most, to be told in this
    transaction; what tells of a deadline that no longer runs is withdrawn.

    Waits for nobody. An action locks its case first and its rows later, and a notice refers to the case: who held the
    rows and then waited for the case would wait crosswise. Cases somebody acts on are passed over, for a later time.
    """
    is_fresh = (OutboxRow.channel == IN_APP, OutboxRow.status == Status.NEW, OutboxRow.attempts == 0)
    is_due = (*is_fresh, OutboxRow.due_at <= now, OutboxRow.spread_at.is_not(None))
    columns = select(OutboxRow.id, OutboxRow.case_id).where(*is_due).order_by(OutboxRow.due_at).limit(IN_APP_AT_ONCE)
    found = session.execute(columns).all()
    cases = select(Case.id).where(Case.id.in_({row.case_id for row in found if row.case_id is not None}))
    free = {None, *session.scalars(skip_used(session, cases, of=[Case]))}
    mine = select(OutboxRow).where(OutboxRow.id.in_([row.id for row in found if row.case_id in free]), *is_fresh)
    rows = session.scalars(skip_locked(session, mine.order_by(OutboxRow.due_at), of=[OutboxRow])).all() if found else ()
    stopped = _stopped(session, rows)
    for row in stopped:
        row.status = Status.WITHDRAWN
    return [row for row in rows if row not in stopped]


def mark_told(session: Session, outbox_ids: Sequence[str], now: datetime) -> None:
    """Records that rows of `take_inside` were told, each at its first attempt."""
    told = update(OutboxRow).where(OutboxRow.id.in_(outbox_ids))
    session.execute(told.values(status=Status.SENT, sent_at=now, attempts=1))
    attempts.record_sent(session, outbox_ids, now)


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
    if row is not None and _stopped(session, [row]):
        row.status = Status.WITHDRAWN
        return None
    return row


def _stopped(session: Session, rows: Iterable[OutboxRow]) -> list[OutboxRow]:
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


def notices_told(rows: Iterable[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The notices of rows that are told in the application; the rows are marked as sent.

    For what is written by the thousand: notice and row go with one transaction, and no worker has to take each. What
    goes outside is made from the rows as from any other.
    """
    for row in rows:
        row.update(status=Status.SENT.value, sent_at=now)
    return [
        {
            "event": row["event"],
            "user_id": row["user_id"],
            "case_id": row["case_id"],
            "kind": row["kind"],
            "title": row["payload"]["title"],
            "body": row["payload"]["body"],
            "created_at": row["created_at"],
        }
        for row in rows
    ]


def renew(session: Session, row: OutboxRow, now: datetime) -> bool:
    """Says that the worker which claimed the row still delivers it; False when the row is no longer its own."""
    is_ours = (OutboxRow.id == row.id, OutboxRow.status == Status.SENDING, OutboxRow.attempts == row.attempts)
    renewed = update(OutboxRow).where(*is_ours).values(due_at=now + LEASE).returning(OutboxRow.id)
    return session.scalar(renewed) is not None


def give_back(session: Session, outbox_ids: Sequence[str], now: datetime) -> None:
    """Rows that were taken and could not be published are due at once. What did reach a worker stays with it."""
    is_unclaimed = (OutboxRow.id.in_(outbox_ids), OutboxRow.status == Status.QUEUED)
    session.execute(update(OutboxRow).where(*is_unclaimed).values(status=Status.NEW, due_at=now))


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


def withdraw(on: Session | Connection, case_id: int, events: Iterable[str]) -> None:
    """Nobody who was not told yet is told of these events of a case, nor of any whose name goes on after a colon.

    Rows that wait are withdrawn; a notice that stands in a message of several is taken out of it while no worker has
    that message. What was told stays as it is.
    """
    names = list(events)
    begins = [OutboxRow.event.startswith(f"{name}:", autoescape=True) for name in names]
    concerned = and_(OutboxRow.case_id == case_id, or_(OutboxRow.event.in_(names), *begins))
    # First, so that what a relay is just spreading is found below.
    unspread = and_(concerned, OutboxRow.channel == IN_APP, OutboxRow.spread_at.is_(None))
    on.execute(update(OutboxRow).where(unspread).values(spread_at=OutboxRow.created_at))
    recallable = and_(concerned, OutboxRow.status.in_(RECALLABLE))
    on.execute(update(OutboxRow).where(recallable).values(status=Status.WITHDRAWN))
    _take_out_of_bundles(on, concerned)


def _take_out_of_bundles(on: Session | Connection, concerned: ColumnElement[bool]) -> None:
    members = select(OutboxRow.id, OutboxRow.bundle_id).where(concerned, OutboxRow.status == Status.BUNDLED)
    bundle_of = {row.id: row.bundle_id for row in on.execute(members)}
    if not bundle_of:
        return
    unsent = select(OutboxRow.id, OutboxRow.payload).where(
        OutboxRow.id.in_(set(bundle_of.values())), OutboxRow.status.in_(RECALLABLE)
    )
    for bundle in on.execute(unsent.order_by(OutboxRow.id).with_for_update()).all():
        gone = [row_id for row_id, bundle_id in bundle_of.items() if bundle_id == bundle.id]
        on.execute(update(OutboxRow).where(OutboxRow.id.in_(gone)).values(status=Status.WITHDRAWN))
        left = without(bundle.payload, gone)
        values = {"status": Status.WITHDRAWN} if left is None else {"payload": left}
        on.execute(update(OutboxRow).where(OutboxRow.id == bundle.id).values(values))


def wait_after(attempts: int) -> timedelta:
    """10 s after the first attempt, twice as long after each further one, an hour at most."""
    return min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)


def _outside(
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
    counted = select(OutboxRow.channel, places).where(_is_in_hand(now), OUTSIDE).group_by(OutboxRow.channel)
    return Counter({row.channel: row.places for row in session.execute(counted)})


def _due_in_turn(session: Session, now: datetime, full: Sequence[str], most: int) -> Sequence[Row[str, str, int]]:
    """(id, channel, person) of what is due in channels that are not full: the first of each, then the second of each.

    In the order of their times alone, a channel with a long queue would leave no place to one with a short one.
    """
    if most < 1:
        return ()
    is_due = and_(_is_due(now), OUTSIDE, OutboxRow.channel.not_in(full), is_open(now))
    turn = func.row_number().over(partition_by=OutboxRow.channel, order_by=OutboxRow.due_at).label("turn")
    queue = select(OutboxRow.id, turn).where(is_due).subquery()
    due = (
        select(OutboxRow.id, OutboxRow.channel, OutboxRow.user_id)
        .join(queue, queue.c.id == OutboxRow.id)
        .where(is_due, queue.c.turn <= most)
        .order_by(queue.c.turn, OutboxRow.due_at)
    )
    return session.execute(skip_locked(session, due, of=[OutboxRow])).all()


def _room(session: Session, now: datetime, share: ColumnElement[bool], at_once: int) -> int:
    return max(at_once - (session.scalar(select(func.count()).where(_is_in_hand(now), share)) or 0), 0)


def _is_in_hand(now: datetime) -> ColumnElement[bool]:
    return and_(OutboxRow.status.in_(HANDED_OUT), OutboxRow.due_at > now, ~_is_from_the_future(now))


def _due(session: Session, now: datetime, wanted: ColumnElement[bool], most: int) -> Sequence[Row[str, str, int]]:
    """(id, channel, person) of what is to be published now."""
    if not most:
        return ()
    due = select(OutboxRow.id, OutboxRow.channel, OutboxRow.user_id).where(_is_due(now), wanted)
    return session.execute(skip_locked(session, due.order_by(OutboxRow.due_at).limit(most), of=[OutboxRow])).all()


def _is_due(now: datetime) -> ColumnElement[bool]:
    is_due = or_(and_(OutboxRow.status.in_(WAITING), OutboxRow.due_at <= now), _is_from_the_future(now))
    # What was committed since the spreading would be told in the application, and its mail never be made.
    return and_(is_due, OutboxRow.spread_at.is_not(None))


def _lease(session: Session, now: datetime, ids: list[str]) -> list[str]:
    if ids:
        was_published = OutboxRow.status == Status.QUEUED
        lease = case((was_published, now + LONG_LEASE), else_=now + LEASE)
        session.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(status=Status.QUEUED, due_at=lease))
    return ids


def _is_from_the_future(now: datetime) -> ColumnElement[bool]:
    """A lease longer than any we give: its worker's clock was ahead, and waiting for it could take days."""
    return and_(OutboxRow.status.in_(HANDED_OUT), OutboxRow.due_at > now + LONG_LEASE)


def _give_up_exhausted(session: Session, now: datetime) -> None:
    """A row whose last attempt ended without a word (its worker was killed) is not published again."""
    given_up = (
        update(OutboxRow)
        .where(OutboxRow.status.in_(HANDED_OUT), OutboxRow.due_at <= now, OutboxRow.attempts >= MAX_ATTEMPTS)
        .values(status=Status.FAILED, last_error=WORKER_ENDED)
    )
    for row in session.scalars(given_up.returning(OutboxRow)).all():
        raise_incident(session, not_told(row, Kind.WORKER_LOST, WORKER_ENDED), now)


def not_told(row: OutboxRow, kind: Kind, cause: str) -> Finding:
    """A row that was given up, as an operator is to see it."""
    return Finding(kind, f"outbox:{row.id}", f"{row.channel}: {cause}", case_id=row.case_id, outbox_id=row.id)
