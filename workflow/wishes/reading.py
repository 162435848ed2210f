"""What people wish, read for many at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import NoticeHours, NoticeWish
from workflow.wishes.kinds import NoticeKind
from workflow.wishes.pace import Hours, Pace


@dataclass(frozen=True, slots=True)
class Wishes:
    """`chosen` by kind and channel; where nothing was chosen the kind's own pace holds."""

    hours: Hours = field(default_factory=Hours)
    chosen: Mapping[tuple[str, str], Pace] = field(default_factory=dict)

    def pace(self, kind: NoticeKind, channel: str) -> Pace:
        return self.chosen.get((kind.code, channel), kind.pace)

    def paces(self, kind: NoticeKind, channels: Collection[str]) -> dict[str, Pace]:
        """For the channels a person can be reached through now. A channel may have gone since they chose: what is
        statutory then goes through the others once a day, even where it was switched off in them."""
        paces = {channel: self.pace(kind, channel) for channel in sorted(channels)}
        if kind.is_statutory and set(paces.values()) == {Pace.OFF}:
            return dict.fromkeys(paces, Pace.DAILY)
        return paces


def read_wishes(session: Session, people: Collection[int]) -> dict[int, Wishes]:
    """Of each of these people; two queries."""
    wanted = sorted(set(people))
    chosen: dict[int, dict[tuple[str, str], Pace]] = {}
    for wish in session.scalars(select(NoticeWish).where(NoticeWish.user_id.in_(wanted))):
        chosen.setdefault(wish.user_id, {})[wish.kind, wish.channel] = Pace(wish.pace)
    hours = {
        row.user_id: Hours(row.quiet_from, row.quiet_to, row.digest_at)
        for row in session.scalars(select(NoticeHours).where(NoticeHours.user_id.in_(wanted)))
    }
    return {one: Wishes(hours.get(one, Hours()), chosen.get(one, {})) for one in wanted}
