"""A person's wishes about notices outside the application, kind by kind, with what is possible."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflow.text import Text
from workflow.wishes import KINDS, Pace, read_wishes
from workflow.wishes.addresses import channel_name, reached
from workflow.wishes.time_of_day import written


@dataclass(frozen=True, slots=True)
class ChannelLine:
    channel: str
    name: Text


@dataclass(frozen=True, slots=True)
class KindLine:
    """`paces` by channel, as they hold now."""

    kind: str
    name: Text
    is_statutory: bool
    default: Pace
    paces: Mapping[str, Pace]


@dataclass(frozen=True, slots=True)
class WishesPage:
    """`channels`: those the person can be reached through. Times as 22:00; None for no quiet hours."""

    channels: tuple[ChannelLine, ...]
    kinds: tuple[KindLine, ...]
    quiet_from: str | None
    quiet_to: str | None
    digest_at: str


def notice_wishes(session: Session, user_id: int, set_up: Set[str]) -> WishesPage:
    """`set_up`: the channels outside this installation has."""
    channels = sorted(reached(session, [user_id]).get(user_id, set()) & set_up)
    wishes = read_wishes(session, [user_id])[user_id]
    hours = wishes.hours
    return WishesPage(
        tuple(ChannelLine(channel, channel_name(channel)) for channel in channels),
        tuple(
            KindLine(kind.code, kind.name, kind.is_statutory, kind.pace, wishes.paces(kind, channels))
            for kind in KINDS.values()
        ),
        None if hours.quiet_from is None else written(hours.quiet_from),
        None if hours.quiet_to is None else written(hours.quiet_to),
        written(hours.digest_at),
    )
