"""The pace of a channel holds over all relays, and what is beyond it stays due with no attempt counted."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.clocks import START
from tests.integration.telling import Cast, announce, outbox_rows, seed
from workflow import outbox
from workflow.channel_pace import EVERYBODY, Limits, Rate, hold
from workflow.database import Database
from workflow.models import OutboxRow

LIMITS = {"wecom": Limits(each=Rate(per_minute=6, burst=3)), "feishu": Limits(whole=Rate(per_minute=6, burst=3))}


@pytest.fixture
def cast(database: Database) -> Cast:
    return seed(database)


def waiting(database: Database, cast: Cast, channel: str, person: int, count: int) -> None:
    """Rows of one person in a channel, all due."""
    ids = announce(database, cast, [f"{channel}:{number}" for number in range(count)], [person])
    with database.unit_of_work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(channel=channel, spread_at=START))


def published(database: Database, after: float = 0, at_once: int = 100) -> list[tuple[str, int]]:
    """What a relay hands out `after` so many seconds, as (channel, person), and has sent at once."""
    now = START + timedelta(seconds=after)
    with database.unit_of_work() as session:
        ids = outbox.take_due(session, now, at_once, LIMITS)
        for outbox_id in ids:
            outbox.mark_sent(session, outbox_id, now)
    return [(row.channel, row.user_id) for row in outbox_rows(database) if row.id in ids]


def test_some_go_at_once_and_then_one_at_a_time_while_the_others_stay_due(database: Database, cast: Cast) -> None:
    waiting(database, cast, "wecom", cast.clerk, 6)
    assert published(database) == [("wecom", cast.clerk)] * 3
    assert published(database, after=9) == []
    assert published(database, after=10) == [("wecom", cast.clerk)]
    assert {(row.status, row.attempts) for row in outbox_rows(database)} == {("sent", 0), ("new", 0)}
    assert published(database, after=60) == [("wecom", cast.clerk)] * 2


def test_a_limit_for_one_person_is_nobody_elses_and_one_for_all_is_everybodys(database: Database, cast: Cast) -> None:
    for channel in LIMITS:
        waiting(database, cast, channel, cast.clerk, 4)
        waiting(database, cast, channel, cast.manager, 4)
    found = published(database) + published(database)
    assert (found.count(("wecom", cast.clerk)), found.count(("wecom", cast.manager))) == (3, 3)
    assert len([channel for channel, _ in found if channel == "feishu"]) == 3


def test_a_channel_that_rests_holds_up_no_other_even_with_one_place(database: Database, cast: Cast) -> None:
    waiting(database, cast, "feishu", cast.clerk, 5)
    waiting(database, cast, "email", cast.clerk, 2)
    with database.unit_of_work() as session:
        hold(session, "feishu", EVERYBODY, START + timedelta(minutes=5))
        hold(session, "feishu", EVERYBODY, START + timedelta(minutes=1))  # the longer rest holds
    assert [published(database, after=number, at_once=1) for number in range(3)] == [
        [("email", cast.clerk)],
        [("email", cast.clerk)],
        [],
    ]
    assert published(database, after=299) == []
    assert len(published(database, after=300)) == 1


def test_relays_that_start_together_keep_to_the_pace(database: Database, cast: Cast) -> None:
    waiting(database, cast, "feishu", cast.clerk, 20)
    waiting(database, cast, "wecom", cast.clerk, 20)
    barrier = threading.Barrier(4)

    def relay(_: int) -> None:
        barrier.wait()
        published(database, at_once=4)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(relay, range(4)))
    sent = [row.channel for row in outbox_rows(database) if row.status == "sent"]
    assert sent.count("feishu") <= 3
    assert sent.count("wecom") <= 3
