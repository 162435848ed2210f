"""Real workers on a real broker: everybody is told once, whatever is killed, wiped, doubled or frozen."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from celery import Celery
from kombu import Connection
from kombu.common import ignore_errors
from sqlalchemy import func, select, text, update

import tasks.app  # noqa: F401  # it names the transport
from tests.integration.telling import Cast, give_address, mail, notices, seed, tell
from tests.integration.worker_process import ROOT, Workshop, workshop
from tests.servers import BrokerServer, wait_until
from workflow import imports, outbox
from workflow.clock import utc_now
from workflow.database import Database
from workflow.imports import Upload
from workflow.models import ImportJob, OutboxRow

DATA = ROOT.parent / "shared" / "data"


@pytest.fixture
def cast(database: Database) -> Cast:
    return seed(database)


@pytest.fixture
def shop(database: Database, own_broker: BrokerServer, tmp_path: Path) -> Iterator[Workshop]:
    with workshop(database.url, own_broker, tmp_path) as shop:
        yield shop


def announce_now(database: Database, cast: Cast, count: int) -> None:
    """Events told to two people, one of them by a mail for each as well."""
    give_address(database, cast.clerk)
    people, now = [cast.clerk, cast.manager], utc_now()
    events = [f"e{number}" for number in range(count)]
    with database.unit_of_work() as session:
        tell(session, cast, events, people, now=now)
        mail(session, cast, events, now)


def statuses(database: Database) -> Counter[str]:
    counts = select(OutboxRow.status, func.count()).group_by(OutboxRow.status)
    with database.reading() as session:
        return Counter(dict(session.execute(counts).all()))


def wait_for(shop: Workshop, is_so: Callable[[], bool], what: str) -> None:
    try:
        wait_until(is_so, what, within=180)
    except TimeoutError:
        raise AssertionError(f"{what} was waited for in vain; the log says:\n{shop.log[-4000:]}") from None


def in_queue(shop: Workshop) -> int:
    return int(shop.broker.command(b"LLEN zujian:notify").removeprefix(b":"))


def let_leases_run_out(database: Database) -> None:
    """Stands for the time that passes until what was handed out is due again."""
    with database.unit_of_work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.status.in_(outbox.HANDED_OUT)).values(due_at=utc_now()))


def assert_everybody_was_told_once(database: Database, shop: Workshop, count: int) -> None:
    assert statuses(database) == {"sent": count * 3}
    told = Counter((notice.event, notice.user_id) for notice in notices(database))
    assert set(told.values()) == {1}
    assert len(told) == count * 2
    assert len(list((shop.data_dir / "mail").glob("*.eml"))) == count


def test_messages_doubled_and_shuffled_tell_everybody_once(database: Database, cast: Cast, shop: Workshop) -> None:
    announce_now(database, cast, 30)
    with database.unit_of_work() as session:
        ids = outbox.take_due(session, utc_now(), outside_at_once=100)
    messages = random.sample(ids * 4, len(ids) * 4)
    with shop.client() as client:
        for outbox_id in messages:
            client.send_task("tasks.notify.deliver", (outbox_id,), queue="notify")
    assert in_queue(shop) == len(ids) * 4
    shop.worker()
    wait_for(shop, lambda: in_queue(shop) == 0, "an empty queue")
    wait_for(shop, lambda: statuses(database)["sent"] == len(ids), "all rows sent")
    assert_everybody_was_told_once(database, shop, 30)


def test_workers_killed_at_work_lose_nothing(database: Database, cast: Cast, shop: Workshop) -> None:
    announce_now(database, cast, 60)
    shop.beat()
    for goal in (20, 90):
        worker = shop.worker()
        wait_for(shop, lambda goal=goal: statuses(database)["sent"] >= goal, f"{goal} rows sent")  # type: ignore[misc]
        shop.kill(worker)
        let_leases_run_out(database)
    shop.worker()
    wait_for(shop, lambda: statuses(database)["sent"] == 180, "all rows sent")
    assert_everybody_was_told_once(database, shop, 60)


def test_a_wiped_broker_and_two_beats_lose_and_double_nothing(database: Database, cast: Cast, shop: Workshop) -> None:
    announce_now(database, cast, 20)
    shop.beat()
    shop.beat()
    shop.worker("-Q", "timers")
    wait_for(shop, lambda: in_queue(shop) >= 1, "a mail published")
    shop.broker.flush()
    let_leases_run_out(database)
    shop.worker("-Q", "notify", "-P", "threads")
    wait_for(shop, lambda: statuses(database)["sent"] == 60, "all rows sent")
    assert_everybody_was_told_once(database, shop, 20)


def test_a_frozen_broker_holds_up_nobody_who_writes_and_is_caught_up_with(
    database: Database, cast: Cast, shop: Workshop
) -> None:
    shop.beat()
    shop.worker("-P", "threads")
    wait_for(shop, lambda: health(shop).returncode == 0, "the first tick")
    shop.broker.freeze()
    announce_now(database, cast, 5)
    shop.broker.thaw()
    wait_for(shop, lambda: statuses(database)["sent"] == 15, "all rows sent")
    assert_everybody_was_told_once(database, shop, 5)


def test_messages_nobody_understands_leave_the_worker_at_its_work(
    sqlite_database: Database, own_broker: BrokerServer, tmp_path: Path
) -> None:
    cast = seed(sqlite_database)
    announce_now(sqlite_database, cast, 3)
    with workshop(sqlite_database.url, own_broker, tmp_path) as shop:
        with shop.client() as client:
            client.send_task("tasks.notify.no_such_task", ("x",), queue="notify")
            client.send_task("tasks.notify.deliver", ("x", "y", "z"), queue="notify")
            client.send_task("tasks.notify.deliver", ("no such row",), queue="notify")
            client.send_task("tasks.notify.deliver", ("x",), queue="notify", serializer="yaml")
        shop.beat()
        shop.worker()
        wait_for(shop, lambda: statuses(sqlite_database)["sent"] == 9, "all rows sent")
        assert_everybody_was_told_once(sqlite_database, shop, 3)


def test_a_broker_that_goes_away_ends_no_worker_that_has_a_message_unfinished(own_broker: BrokerServer) -> None:
    """Celery closes the connection twice; before the second time the transport has forgotten whose it is."""
    with Celery("outside", broker=own_broker.url, set_as_current=False) as client:
        client.send_task("tasks.notify.deliver", queue="notify")
    connection = Connection(own_broker.url)
    queue = connection.SimpleQueue("notify")
    queue.get(timeout=10)
    own_broker.kill()
    connection.transport.client = None
    ignore_errors(connection, queue.channel.close)
    assert queue.channel.closed


def test_an_uploaded_roster_is_imported_beside_the_requests(
    sqlite_database: Database, own_broker: BrokerServer, tmp_path: Path
) -> None:
    if not DATA.is_dir():
        pytest.skip(f"the sample data is not there: {DATA}")
    cast = seed(sqlite_database)
    jobs = [
        Upload("no workbook.xlsx", b"nothing", dry_run=False, create_organisations=True),
        Upload("roster.xlsx", (DATA / "roster.xlsx").read_bytes(), dry_run=False, create_organisations=True),
    ]
    with sqlite_database.unit_of_work() as session:
        for job in jobs:
            imports.create_job(session, tmp_path / "imports", job, cast.manager, utc_now())
    with workshop(sqlite_database.url, own_broker, tmp_path) as shop:
        shop.beat()
        shop.worker()
        wait_for(shop, lambda: len(notices(sqlite_database)) == 2, "two notices")
    refused, done = import_jobs(sqlite_database)
    assert (refused.status, done.status) == ("failed", "done")
    assert set(refused.message or {}) == {"zh", "en"}
    assert done.rows_done == done.rows_total > 0
    assert imports.error_file(tmp_path / "imports", done).is_file()


def import_jobs(database: Database) -> list[ImportJob]:
    with database.reading() as session:
        jobs = list(session.query(ImportJob).order_by(ImportJob.id))
        session.expunge_all()
        return jobs


def health(shop: Workshop) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": shop.database_url, "ZUJIAN_DATA_DIR": str(shop.data_dir)}
    return subprocess.run(
        [sys.executable, "-m", "workflow.health"], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_the_health_check_is_red_without_ticks(
    sqlite_database: Database, own_broker: BrokerServer, tmp_path: Path
) -> None:
    shop = Workshop(sqlite_database.url, own_broker, tmp_path)
    assert health(shop).returncode == 1
    with sqlite_database.unit_of_work() as session:
        session.execute(text("DROP TABLE tick"))
    answer = health(shop)
    assert (answer.returncode, answer.stderr) == (1, "")


def test_nothing_that_answers_a_request_can_reach_the_broker() -> None:
    """A broker that stalls can then stall no request: none of them publishes."""
    program = "import sys, web.app; sys.exit(any(m in sys.modules for m in ('celery', 'kombu', 'tasks')))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0
