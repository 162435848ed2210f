"""When a message goes outside: the pace a person chose, their quiet hours, and what is due before that.

Pure: moments in, moments out. Hours are minutes of the local day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from workflow.clock import LOCAL_ZONE, local_day

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60
DIGEST_AT = 8 * 60

# Reminders are written case by case, so those of one morning wait for each other this long.
TOGETHER = timedelta(minutes=5)


class Pace(StrEnum):
    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Hours:
    """Quiet from `quiet_from` until before `quiet_to`, over midnight where that is the smaller; None: never."""

    quiet_from: int | None = None
    quiet_to: int | None = None
    digest_at: int = DIGEST_AT

    def after_quiet(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours it falls in."""
        if self.quiet_from is None or self.quiet_to is None:
            return moment
        since, minute = self.quiet_from, _minute(moment)
        is_long = since > self.quiet_to
        is_quiet = (minute >= since or minute < self.quiet_to) if is_long else (since <= minute < self.quiet_to)
        return next_at(moment, self.quiet_to) if is_quiet else moment


def next_at(moment: datetime, minute: int) -> datetime:
    """The first time at or after the moment at which local clocks show this minute of the day."""
    slot = _at(local_day(moment), minute)
    return slot if slot >= moment else slot + DAY


def midnight_after(moment: datetime) -> datetime:
    return _at(local_day(moment) + DAY, 0)


def midnight_before(moment: datetime) -> datetime:
    return _at(local_day(moment), 0)


def time_for(
    pace: Pace,
    hours: Hours,
    now: datetime,
    *,
    due_on: date | None = None,
    told_at: datetime | None = None,
    soonest: datetime | None = None,
) -> datetime:
    """When a notice of `now` goes out, for every pace but OFF.

    `due_on`: the day by which the person has to act. What falls due before the message would go goes now instead, at
    `soonest`; quiet hours hold it back only while they end on a day that is still in time.
    `told_at`: when the first message of the last hour about the same case went out; further ones wait for its end.
    """
    soonest = soonest or now
    wanted = {
        Pace.HOURLY: _next_hour(now),
        Pace.DAILY: next_at(now, hours.digest_at),
    }.get(pace, max(soonest, told_at + HOUR) if told_at else soonest)
    is_pressing = due_on is not None and due_on <= local_day(wanted)
    if due_on is None or not is_pressing:
        return hours.after_quiet(wanted)
    rested = hours.after_quiet(soonest)
    return rested if local_day(rested) <= max(due_on, local_day(now)) else soonest


def together(now: datetime) -> datetime:
    """The next moment at which reminders go out, on the same day."""
    since = (now - midnight_before(now)) % TOGETHER
    mark = now + (TOGETHER - since) if since else now
    return mark if local_day(mark) == local_day(now) else now


def _next_hour(now: datetime) -> datetime:
    full = now.replace(minute=0, second=0, microsecond=0)
    return full if full == now else full + HOUR


def _minute(moment: datetime) -> int:
    local = moment.astimezone(LOCAL_ZONE)
    return local.hour * 60 + local.minute


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(*divmod(minute, 60)), LOCAL_ZONE).astimezone(UTC)
