"""The outbox hands each due row to one relay and one worker at a time, and takes back what was lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import update

from tests.clocks import START
from tests.integration.telling import Cast, announce, announce_by_mail, outbox_row, seed
from workflow import outbox
from workflow.database import Database
from workflow.delivery.letting_out import let_out
from workflow.models import OutboxRow
from workflow.outbox import IN_APP_AT_ONCE, LEASE, LONG_LEASE, MAX_ATTEMPTS
from workflow.published import Published
from workflow.settings import MOST_A_DAY

Answer = TypeVar("Answer")


@pytest.fixture
def cast(database: Database) -> Cast:
    return seed(database)


def take(database: Database, after: timedelta = timedelta(0), at_once: tuple[int, int] = (2, 2)) -> list[str]:
    """`at_once`: of all channels outside, and of each."""
    total, each = at_once
    with database.unit_of_work() as session:
        let_out(session, START + after, set(), MOST_A_DAY, Published())
        return outbox.take_due(session, START + after, total, each_at_once=each)


def channels_of(database: Database, ids: Iterable[str]) -> list[str]:
    return [outbox_row(database, row_id).channel for row_id in ids]


def claim(database: Database, outbox_id: str, after: timedelta = timedelta(0)) -> bool:
    with database.unit_of_work() as session:
        return outbox.claim(session, outbox_id, START + after) is not None


def claimed(database: Database, outbox_id: str) -> OutboxRow:
    with database.unit_of_work() as session:
        row = outbox.claim(session, outbox_id, START)
    assert row is not None
    return row


def renew(database: Database, row: OutboxRow, after: timedelta) -> bool:
    with database.unit_of_work() as session:
        return outbox.renew(session, row, START + after)


def all_at_once(count: int, work: Callable[[int], Answer]) -> list[Answer]:
    """Runs the work in threads that begin together."""
    barrier = threading.Barrier(count)

    def run(number: int) -> Answer:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


class TestTake:
    def test_due_rows_are_handed_out_once_within_a_lease(self, database: Database, cast: Cast) -> None:
        ids = announce(database, cast, ["e1", "e2"], [cast.clerk])
        assert sorted(take(database)) == sorted(ids)
        assert take(database, LEASE - timedelta(seconds=1)) == []

    def test_what_the_broker_lost_is_due_again_when_the_lease_runs_out(self, database: Database, cast: Cast) -> None:
        ids = announce(database, cast, ["e1"], [cast.clerk])
        take(database)
        assert take(database, LEASE) == ids

    def test_what_a_dead_worker_held_is_due_again_within_a_minute(self, database: Database, cast: Cast) -> None:
        (row_id,) = announce(database, cast, ["e1"], [cast.clerk])
        take(database)
        assert claim(database, row_id)
        assert take(database, timedelta(minutes=1)) == [row_id]

    def test_a_row_that_came_between_the_spreading_and_the_taking_waits_for_the_next_tick(
        self, database: Database, cast: Cast
    ) -> None:
        ids = announce(database, cast, ["e1"], [cast.clerk])
        with database.unit_of_work() as session:
            assert outbox.take_due(session, START, 2) == []
        assert take(database) == ids

    def test_rows_not_yet_due_wait(self, database: Database, cast: Cast) -> None:
        announce(database, cast, ["e1"], [cast.clerk], now=START + timedelta(minutes=5))
        assert take(database) == []

    def test_the_longest_due_comes_first(self, database: Database, cast: Cast) -> None:
        (late,) = announce(database, cast, ["e1"], [cast.clerk])
        (early,) = announce(database, cast, ["e2"], [cast.clerk], now=START - timedelta(minutes=1))
        assert take(database) == [early, late]

    def test_sent_and_failed_rows_rest(self, database: Database, cast: Cast) -> None:
        sent, failed = announce(database, cast, ["e1", "e2"], [cast.clerk])
        take(database)
        with database.unit_of_work() as session:
            outbox.mark_sent(session, sent, START)
            row = outbox.claim(session, failed, START)
            assert row is not None
            outbox.mark_attempt_failed(session, row, "no", START, is_final=True)
        assert take(database, timedelta(days=1)) == []

    def test_few_mails_are_under_way_at_once_and_notices_pass_them(self, database: Database, cast: Cast) -> None:
        for number in range(5):
            announce_by_mail(database, cast, f"e{number}")
        first = {outbox_row(database, row_id).channel for row_id in take(database)}
        announce(database, cast, ["e9"], [cast.clerk])
        second = [outbox_row(database, row_id).channel for row_id in take(database)]
        assert first == {"in_app", "email"}
        assert second == ["in_app"]

    def test_a_channel_with_all_its_places_taken_leaves_the_others_theirs(self, database: Database, cast: Cast) -> None:
        ids = announce(database, cast, [f"e{number}" for number in range(40)], [cast.clerk])
        with database.unit_of_work() as session:
            session.execute(update(OutboxRow).values(channel="hangs", spread_at=START))
            # The last ones, of two other channels and in-app.
            for row_id, channel in zip(ids[-9:], ["wecom"] * 4 + ["sms"] * 4 + ["in_app"], strict=True):
                later = START + timedelta(seconds=1)
                session.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(channel=channel, due_at=later))
        assert channels_of(database, take(database, at_once=(4, 2))) == ["hangs", "hangs"]
        second = timedelta(seconds=1)
        batches = all_at_once(4, lambda _: take(database, second, at_once=(4, 2)))
        taken = [row_id for batch in batches for row_id in batch]
        assert sorted(channels_of(database, taken)) == ["in_app", "sms", "wecom"]
        (ended,) = [row_id for row_id in taken if outbox_row(database, row_id).channel == "wecom"]
        with database.unit_of_work() as session:
            outbox.mark_sent(session, ended, START + second)
        assert len(take(database, second, at_once=(4, 2))) == 1

    def test_no_more_is_handed_out_than_workers_drain_in_a_lease(self, database: Database, cast: Cast) -> None:
        announce(database, cast, [f"e{n}" for n in range(IN_APP_AT_ONCE + 7)], [cast.clerk])
        assert len(take(database)) == IN_APP_AT_ONCE
        assert take(database) == []
        assert len(take(database, LEASE)) == IN_APP_AT_ONCE

    def test_a_row_that_kills_every_worker_is_given_up_and_the_next_goes_on(
        self, database: Database, cast: Cast
    ) -> None:
        (poison,) = announce(database, cast, ["e1"], [cast.clerk])
        after = timedelta(0)
        for _ in range(MAX_ATTEMPTS):
            assert take(database, after) == [poison]
            assert claim(database, poison, after)
            after += LEASE
        (other,) = announce(database, cast, ["e2"], [cast.clerk])
        assert take(database, after) == [other]
        row = outbox_row(database, poison)
        assert (row.status, row.attempts) == ("failed", MAX_ATTEMPTS)
        assert row.last_error

    @pytest.mark.parametrize("relays", [2, 8])
    def test_relays_that_start_together_never_share_a_row(self, database: Database, cast: Cast, relays: int) -> None:
        ids = announce(database, cast, [f"e{n}" for n in range(60)], [cast.clerk])
        taken = [row_id for batch in all_at_once(relays, lambda _: take(database)) for row_id in batch]
        taken += take(database)  # what was locked when a relay passed over it
        assert sorted(taken) == sorted(ids)


class TestRenew:
    def test_a_worker_that_lives_keeps_its_row(self, database: Database, cast: Cast) -> None:
        (row_id,) = announce(database, cast, ["e1"], [cast.clerk])
        take(database)
        row = claimed(database, row_id)
        assert renew(database, row, LEASE / 2)
        assert take(database, LEASE) == []
        assert not claim(database, row_id, LEASE)
        assert take(database, LEASE / 2 + LEASE) == [row_id]

    def test_a_worker_that_lost_its_row_renews_nothing(self, database: Database, cast: Cast) -> None:
        (row_id,) = announce(database, cast, ["e1"], [cast.clerk])
        take(database)
        row = claimed(database, row_id)
        assert claim(database, row_id, LEASE)
        assert not renew(database, row, LEASE)
        with database.unit_of_work() as session:
            outbox.mark_sent(session, row_id, START)
        assert not renew(database, row, LEASE)


class TestLoss:
    def test_what_could_not_be_published_is_due_at_once_but_not_what_a_worker_has(
        self, database: Database, cast: Cast
    ) -> None:
        arrived, lost = announce(database, cast, ["e1", "e2"], [cast.clerk])
        take(database)
        assert claim(database, arrived)
        with database.unit_of_work() as session:
            outbox.give_back(session, [arrived, lost], START)
        assert take(database) == [lost]

    def test_what_was_published_twice_and_claimed_by_nobody_is_given_the_time_of_a_long_queue(
        self, database: Database, cast: Cast
    ) -> None:
        ids = announce(database, cast, ["e1"], [cast.clerk])
        take(database)
        assert take(database, LEASE) == ids
        assert take(database, LEASE + LONG_LEASE - timedelta(seconds=1)) == []
        assert take(database, LEASE + LONG_LEASE) == ids

    def test_what_a_worker_with_a_clock_far_ahead_left_behind_is_not_waited_for(
        self, database: Database, cast: Cast
    ) -> None:
        published, held = announce(database, cast, ["e1", "e2"], [cast.clerk])
        a_day = timedelta(days=1)
        take(database, a_day)
        assert claim(database, held, a_day)
        assert sorted(take(database)) == sorted([published, held])


class TestSkipLocked:
    def test_a_relay_passes_over_rows_another_one_holds(self, postgres_database: Database) -> None:
        cast = seed(postgres_database)
        held, free = announce(postgres_database, cast, ["e1", "e2"], [cast.clerk])
        with postgres_database.unit_of_work() as session:
            session.get_one(OutboxRow, held, with_for_update=True)
            assert take(postgres_database) == [free]
        assert take(postgres_database) == [held]


class TestClaim:
    def test_a_duplicate_message_is_dropped(self, database: Database, cast: Cast) -> None:
        (row_id,) = announce(database, cast, ["e1"], [cast.clerk])
        take(database)
        assert [claim(database, row_id) for _ in range(3)] == [True, False, False]

    def test_a_message_for_a_row_not_handed_out_is_dropped(self, database: Database, cast: Cast) -> None:
        (row_id,) = announce(database, cast, ["e1"], [cast.clerk])
        assert not claim(database, row_id)
        assert not claim(database, "no such row")

    def test_a_row_whose_worker_died_can_be_claimed_again(self, database: Database, cast: Cast) -> None:
        (row_id,) = announce(database, cast, ["e1"], [cast.clerk])
        take(database)
        assert claim(database, row_id)
        assert not claim(database, row_id, LEASE - timedelta(seconds=1))
        assert claim(database, row_id, LEASE)
        assert outbox_row(database, row_id).attempts == 2

    def test_one_of_many_workers_wins_each_row(self, database: Database, cast: Cast) -> None:
        ids = announce(database, cast, [f"e{n}" for n in range(10)], [cast.clerk])
        take(database)
        won = all_at_once(8, lambda _: [row_id for row_id in ids if claim(database, row_id)])
        assert sorted(row_id for rows in won for row_id in rows) == sorted(ids)


class TestMarks:
    def test_a_worker_that_lost_its_row_cannot_fail_it_for_the_next(self, database: Database, cast: Cast) -> None:
        (row_id,) = announce(database, cast, ["e1"], [cast.clerk])
        take(database)
        with database.unit_of_work() as session:
            slow = outbox.claim(session, row_id, START)
        assert slow is not None
        assert claim(database, row_id, LEASE)
        with database.unit_of_work() as session:
            outbox.mark_attempt_failed(session, slow, "late", START + LEASE, is_final=True)
        assert outbox_row(database, row_id).status == "sending"

    def test_a_worker_that_lost_its_row_but_told_it_ends_the_telling(self, database: Database, cast: Cast) -> None:
        (row_id,) = announce(database, cast, ["e1"], [cast.clerk])
        take(database)
        assert claim(database, row_id)
        assert take(database, LEASE) == [row_id]
        with database.unit_of_work() as session:
            outbox.mark_sent(session, row_id, START + LEASE)
        assert not claim(database, row_id, LEASE * 3)
