"""Whatever people wish and whatever happens: of each event each of them is told once in each channel they want it in,
by itself, in one message with others, or not at all because it was taken back; and never too late.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.clocks import START
from tests.integration.outside import clock, deliver, outside, relay, write
from tests.integration.telling import Cast, give_address, more_cases, seed
from workflow.clock import local_day
from workflow.database import Database
from workflow.models import Contact, OutboxRow
from workflow.outbox import Status, withdraw
from workflow.wishes import Hours, Pace, Wanted, keep_wishes, kind_of, read_wishes

CHANNELS = frozenset({"email", "wecom"})
KINDS = ("transition", "deadline", "copy", "people")
MOST_A_DAY = 4


@dataclass(frozen=True)
class Happening:
    """An event for both people, some minutes after the start; `due_in` days, and taken back after some minutes."""

    after: int
    kind: str
    case: int
    due_in: int
    taken_back: int | None


minutes = st.integers(0, 24 * 60 - 1)
paces = st.fixed_dictionaries(
    {
        (kind, channel): st.sampled_from(
            [pace for pace in Pace if pace is not Pace.OFF or channel != "email" or not kind_of(kind).is_statutory]
        )
        for kind in KINDS
        for channel in sorted(CHANNELS)
    }
)
hours = st.one_of(
    st.builds(Hours, digest_at=minutes),
    st.builds(Hours, minutes, minutes, minutes).filter(lambda hours: hours.quiet_from != hours.quiet_to),
)
happenings = st.lists(
    st.builds(
        Happening,
        st.integers(0, 60 * 30),
        st.sampled_from(KINDS),
        st.integers(0, 2),
        st.integers(-1, 3),
        st.one_of(st.none(), st.integers(0, 600)),
    ),
    max_size=14,
)


@dataclass
class World:
    database: Database
    cast: Cast
    cases: list[int]

    @property
    def people(self) -> tuple[int, int]:
        return self.cast.clerk, self.cast.manager

    def run_until(self, end: datetime | None) -> None:
        """Relays run whenever something that is held falls due."""
        while (due := self._next_due()) is not None and (end is None or due < end):
            self.relay(due)

    def relay(self, now: datetime) -> None:
        """What the last one let go is sent only now, so that it may have been taken back before."""
        deliver(self.database, now)
        relay(self.database, now, MOST_A_DAY, CHANNELS)

    def _next_due(self) -> datetime | None:
        with self.database.reading() as session:
            return session.scalar(select(func.min(OutboxRow.due_at)).where(OutboxRow.status == Status.HELD))


def make_world(database: Database, wished: dict[tuple[str, str], str], at: Hours) -> World:
    cast = seed(database)
    for person in (cast.clerk, cast.manager):
        give_address(database, person, f"{person}@example.org")
    with database.unit_of_work() as session:
        session.add(Contact(user_id=cast.clerk, channel="wecom", address="zhang", changed_at=START))
        cases = [cast.case_id, *more_cases(session, cast, 2)]
        keep_wishes(session, cast.clerk, Wanted(at, wished), CHANNELS)
    return World(database, cast, cases)


def play(world: World, story: list[Happening]) -> dict[str, Happening]:
    """Everything in its order; answers the events."""
    events: dict[str, Happening] = {}
    steps: list[tuple[datetime, int, str, Happening]] = []
    for number, one in enumerate(story):
        case_id, event = world.cases[one.case], f"happening:{number}"
        if one.kind == "deadline":
            due_on = local_day(START + timedelta(minutes=one.after)) + timedelta(days=one.due_in)
            event = f"deadline:{clock(world.database, case_id, due_on, code=f'D{number}')}:{number}"
        events[event] = one
        steps.append((START + timedelta(minutes=one.after), 0, event, one))
        if one.taken_back is not None:
            steps.append((START + timedelta(minutes=one.after + one.taken_back), 1, event, one))
    for now, is_end, event, one in sorted(steps, key=lambda step: step[:3]):
        world.run_until(now)
        case_id = world.cases[one.case]
        if is_end:
            with world.database.unit_of_work() as session:
                withdraw(session, case_id, [event])
        else:
            for person in world.people:
                write(world.database, event, person, case_id, now, one.kind)
        world.relay(now)
    world.run_until(None)
    deliver(world.database, START)
    return events


@settings(max_examples=20, deadline=None)
@given(wished=paces, at=hours, story=happenings)
def test_everybody_is_told_once_and_in_time(
    wished: dict[tuple[str, str], str],
    at: Hours,
    story: list[Happening],
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("told") / "zujian.db")
    database = Database(f"sqlite:///{file}")
    try:
        world = make_world(database, wished, at)
        events = play(world, story)
        _assert_told_once(world, events)
    finally:
        database.dispose()


def _assert_told_once(world: World, events: dict[str, Happening]) -> None:
    rows = outside(world.database)
    messages = {row.id: row for row in rows if row.bundle_id is None and row.status == Status.SENT}
    listed = Counter(line["id"] for row in messages.values() for line in row.payload.get("lines", ()))
    members = [row for row in rows if row.kind != "digest"]
    assert Counter((row.event, row.user_id, row.channel) for row in members) == Counter(wanted(world, events))
    for row in members:
        is_single, is_listed = row.id in messages, listed[row.id] == 1
        assert listed[row.id] <= 1
        assert (row.status, is_single, is_listed) in {
            (Status.SENT, True, False),
            (Status.BUNDLED, False, True),
            (Status.WITHDRAWN, False, False),
        }
        if row.status == Status.WITHDRAWN:
            assert events[row.event].taken_back is not None
        else:
            _assert_in_time(row, messages[row.bundle_id or row.id].due_at, events[row.event])


def wanted(world: World, events: dict[str, Happening]) -> list[tuple[str, int, str]]:
    with world.database.reading() as session:
        wishes = read_wishes(session, world.people)
    reach = {world.cast.clerk: sorted(CHANNELS), world.cast.manager: ["email"]}
    return [
        (event, person, channel)
        for event, one in events.items()
        for person, channels in reach.items()
        for channel, pace in wishes[person].paces(kind_of(one.kind), channels).items()
        if pace is not Pace.OFF
    ]


def _assert_in_time(row: OutboxRow, let_go_at: datetime, one: Happening) -> None:
    assert let_go_at >= row.created_at
    if one.kind == "deadline":
        happened = local_day(row.created_at)
        assert local_day(let_go_at) <= max(happened, happened + timedelta(days=one.due_in))
