"""Changing what a person wishes; what may not be switched off is refused with words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from workflow.dialects import upsert
from workflow.errors import InvalidInput
from workflow.models import NoticeHours, NoticeWish
from workflow.text import Text
from workflow.wishes.addresses import reached
from workflow.wishes.kinds import KINDS
from workflow.wishes.pace import MINUTES_A_DAY, Hours, Pace
from workflow.wishes.reading import Wishes

NO_SUCH_KIND = Text("没有这类通知", "There is no such kind of notice")
NO_ADDRESS = Text("请先登记这个渠道的地址", "Enter an address for this channel first")
NO_SUCH_PACE = Text("只能是即时、每小时、每天或关闭", "It must be at_once, hourly, daily or off")
STATUTORY = Text(
    "“{kind}”是法定通知，不能在所有渠道关闭：请至少在一个渠道选即时、每小时或每天",
    "“{kind}” is statutory and cannot be switched off everywhere: "
    "choose at once, hourly or daily in at least one channel",
)
BOTH_HOURS = Text("免打扰的起止时间须都填或都不填", "Quiet hours need both a beginning and an end, or neither")
NO_SPAN = Text("起止时间不能相同", "Beginning and end must differ")
NO_TIME = Text("请填当天的时间，如 22:00", "Enter a time of the day, such as 22:00")


@dataclass(frozen=True, slots=True)
class Wanted:
    """As it was entered: `paces` by kind and channel, what is not named goes back to its default."""

    hours: Hours
    paces: Mapping[tuple[str, str], str]


def keep_wishes(session: Session, user_id: int, wanted: Wanted, channels: Set[str]) -> None:
    """Replaces the person's wishes for those of `channels`, which are set up here, that they have an address in; the
    wishes for others stay.

    Raises InvalidInput, and changes nothing, with a field `kind.channel`, `kind`, `quiet_from`, `quiet_to` or
    `digest_at` for each fault.
    """
    usable = reached(session, [user_id]).get(user_id, set()) & channels
    faults = {**dict(_pace_faults(wanted.paces, usable)), **dict(_hour_faults(wanted.hours))}
    if not faults:
        faults = dict(_statutory_faults(wanted, usable))
    if faults:
        raise InvalidInput(faults)
    mine = (NoticeWish.user_id == user_id, NoticeWish.channel.in_(sorted(usable)))
    session.execute(delete(NoticeWish).where(*mine))
    rows = [
        {"user_id": user_id, "kind": kind, "channel": channel, "pace": pace}
        for (kind, channel), pace in wanted.paces.items()
        if pace != KINDS[kind].pace
    ]
    if rows:
        session.execute(insert(NoticeWish), rows)
    hours = wanted.hours
    row = {"quiet_from": hours.quiet_from, "quiet_to": hours.quiet_to, "digest_at": hours.digest_at}
    upsert(session, NoticeHours, ["user_id"], {"user_id": user_id, **row})


def _pace_faults(paces: Mapping[tuple[str, str], str], channels: Collection[str]) -> Iterator[tuple[str, Text]]:
    for (kind, channel), pace in paces.items():
        name = f"{kind}.{channel}"
        if kind not in KINDS:
            yield name, NO_SUCH_KIND
        elif channel not in channels:
            yield name, NO_ADDRESS
        elif pace not in set(Pace):
            yield name, NO_SUCH_PACE


def _hour_faults(hours: Hours) -> Iterator[tuple[str, Text]]:
    for name in ("quiet_from", "quiet_to", "digest_at"):
        minute = getattr(hours, name)
        if minute is not None and not 0 <= minute < MINUTES_A_DAY:
            yield name, NO_TIME
    if (hours.quiet_from is None) != (hours.quiet_to is None):
        yield "quiet_from" if hours.quiet_from is None else "quiet_to", BOTH_HOURS
    elif hours.quiet_from is not None and hours.quiet_from == hours.quiet_to:
        yield "quiet_to", NO_SPAN


def _statutory_faults(wanted: Wanted, channels: Collection[str]) -> Iterator[tuple[str, Text]]:
    wishes = Wishes(wanted.hours, {key: Pace(pace) for key, pace in wanted.paces.items()})
    for kind in KINDS.values():
        if kind.is_statutory and channels and all(wishes.pace(kind, c) == Pace.OFF for c in channels):
            yield kind.code, STATUTORY.filled(kind=kind.name)
