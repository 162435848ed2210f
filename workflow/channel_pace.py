"""How fast a channel outside may be used: by everybody together and by what goes to one person.

Counted in the database when rows are handed out, so it holds over all workers and after a restart of any of them.
A row beyond the limit stays due: no attempt is counted, and it goes out when its time comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from workflow.dialects import insert_ignoring, locked, upsert
from workflow.models import ChannelPace, OutboxRow

# Stands for the channel itself where the number of a person stands.
EVERYBODY = 0

# When the next one might go where none went yet.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_minute`: in no minute more than both together, in no hour more than sixty
    times the one and once the other.
    """

    per_minute: int
    burst: int

    @property
    def interval(self) -> timedelta:
        return timedelta(minutes=1) / self.per_minute

    def after(self, next_at: datetime, now: datetime) -> datetime:
        """When the next one may go, if one goes now; `next_at` is when this one might."""
        return max(next_at, now - self.interval * (self.burst - 1)) + self.interval


@dataclass(frozen=True, slots=True)
class Limits:
    """None: no limit of that kind."""

    whole: Rate | None = None
    each: Rate | None = None


def is_open(now: datetime) -> ColumnElement[bool]:
    """Of an outbox row: neither its channel nor its person in that channel has to wait."""
    return ~exists().where(
        ChannelPace.channel == OutboxRow.channel,
        ChannelPace.person.in_([EVERYBODY, OutboxRow.user_id]),
        ChannelPace.next_at > now,
    )


class Turns:
    """Gives out turns in channels with limits; the channels asked for are locked until the unit of work ends."""

    def __init__(self, session: Session, limits: Mapping[str, Limits], now: datetime) -> None:
        self._session, self._limits, self._now = session, limits, now
        self._next: dict[tuple[str, int], datetime] = {}
        self._lock()

    def take(self, channel: str, person: int) -> bool:
        """Whether this one may go now; counted if so."""
        limits = self._limits.get(channel, Limits())
        rates = {(channel, EVERYBODY): limits.whole, (channel, person): limits.each}
        kept = {key: rate for key, rate in rates.items() if rate is not None}
        if any(self._known(key) > self._now for key in kept):
            return False
        for key, rate in kept.items():
            self._next[key] = rate.after(self._known(key), self._now)
            _write(self._session, *key, self._next[key])
        return True

    def _lock(self) -> None:
        """Two relays that start together wait for each other here, and count each other's turns."""
        names = sorted(self._limits)
        insert_ignoring(self._session, ChannelPace, [_row(name, EVERYBODY, LONG_AGO) for name in names])
        query = select(ChannelPace).where(ChannelPace.channel.in_(names), ChannelPace.person == EVERYBODY)
        for pace in self._session.scalars(locked(self._session, query.order_by(ChannelPace.channel), [ChannelPace])):
            self._next[pace.channel, EVERYBODY] = pace.next_at

    def _known(self, key: tuple[str, int]) -> datetime:
        if key not in self._next:
            pace = self._session.get(ChannelPace, key)
            self._next[key] = LONG_AGO if pace is None else pace.next_at
        return self._next[key]


def hold(session: Session, channel: str, person: int, until: datetime) -> None:
    """Nothing more goes through the channel (to this person, or to EVERYBODY) before `until`."""
    pace = session.get(ChannelPace, (channel, person), with_for_update=True)
    if pace is None or pace.next_at < until:
        _write(session, channel, person, until)


def _write(session: Session, channel: str, person: int, next_at: datetime) -> None:
    upsert(session, ChannelPace, ["channel", "person"], _row(channel, person, next_at))


def _row(channel: str, person: int, next_at: datetime) -> dict[str, object]:
    return {"channel": channel, "person": person, "next_at": next_at}
