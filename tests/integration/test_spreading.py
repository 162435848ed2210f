"""From the notice in the application to the channels outside."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.clocks import START
from tests.integration.telling import Cast, announce, give_address, outbox_rows, seed
from workflow.database import Database
from workflow.delivery.spreading import spread
from workflow.models import Contact, OutboxRow, User
from workflow.published import Published

ALL = frozenset({"email", "wecom"})


@pytest.fixture
def cast(database: Database) -> Cast:
    cast = seed(database)
    give_address(database, cast.clerk)
    with database.unit_of_work() as session:
        session.add(Contact(user_id=cast.clerk, channel="wecom", address="zhang", changed_at=START))
    return cast


def run(database: Database, after: timedelta = timedelta(0), channels: frozenset[str] = ALL) -> None:
    with database.unit_of_work() as session:
        spread(session, START + after, channels, Published())


def told(database: Database) -> list[tuple[str, int, str]]:
    return [(row.event, row.user_id, row.channel) for row in outbox_rows(database)]


def test_each_address_of_a_channel_that_is_there_is_told_once(database: Database, cast: Cast) -> None:
    announce(database, cast, ["e1"], [cast.clerk, cast.manager])
    run(database, channels=frozenset({"wecom", "email"}))
    run(database)
    assert told(database) == [
        ("e1", cast.clerk, "email"),
        ("e1", cast.clerk, "in_app"),
        ("e1", cast.clerk, "wecom"),
        ("e1", cast.manager, "in_app"),
    ]


def test_a_channel_that_is_not_set_up_gets_nothing(database: Database, cast: Cast) -> None:
    announce(database, cast, ["e1"], [cast.clerk])
    run(database, channels=frozenset({"email"}))
    assert [channel for *_, channel in told(database)] == ["email", "in_app"]


def test_what_is_not_due_or_was_taken_back_or_is_of_a_closed_account_stays_inside(
    database: Database, cast: Cast
) -> None:
    announce(database, cast, ["later"], [cast.clerk], now=START + timedelta(hours=1))
    (gone,) = announce(database, cast, ["gone"], [cast.clerk])
    with database.unit_of_work() as session:
        session.get_one(OutboxRow, gone).status = "withdrawn"
    run(database)
    assert {channel for *_, channel in told(database)} == {"in_app"}
    with database.unit_of_work() as session:
        session.get_one(User, cast.clerk).is_active = False
    run(database, after=timedelta(hours=2))
    assert {channel for *_, channel in told(database)} == {"in_app"}


def test_relays_that_start_together_spread_each_row_once(database: Database, cast: Cast) -> None:
    announce(database, cast, [f"e{number}" for number in range(40)], [cast.clerk])
    barrier = threading.Barrier(4)

    def relay(_: int) -> None:
        barrier.wait()
        run(database)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(relay, range(4)))
    run(database)  # what was locked when a relay passed over it
    assert len(told(database)) == 40 * 3
