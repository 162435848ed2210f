"""What more processes give: mails a second by workers, actions a second by clients, and how fast one relay tells people
in the application; PostgreSQL and a broker of our own, both durable.
"""

from __future__ import annotations

import multiprocessing
import statistics
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select

from bench.figures import row
from bench.stores import fresh_database
from tests.district import make_district
from tests.integration.telling import Cast, announce, give_address, mail, seed
from tests.integration.worker_process import workshop
from tests.servers import BrokerServer, wait_until
from workflow.clock import utc_now
from workflow.database import Database
from workflow.engine import Command, perform
from workflow.health import RELAY
from workflow.models import OutboxRow, Tick
from workflow.runtime import Runtime

PROCESSES = (1, 2, 4)
MAILS = 500
NOTICES = 10_000
ACTIONS = 100
RUNS = 3
FIRMS = ("first", "second", "third", "fourth")


def measure() -> None:
    """Prints the rates: of notices for one relay, of mails and actions for one, two and four processes."""
    row("more processes (medians of", RUNS, "runs, PostgreSQL)")
    rates = [_rate(1, NOTICES, "in_app") for _ in range(RUNS)]
    row(f"  1 relay, {NOTICES:,} at once", f"{statistics.median(rates):6.0f} notices/s", _spread(rates))
    for number in PROCESSES:
        rates = [_rate(number, MAILS, "email") for _ in range(RUNS)]
        row(f"  {number} worker processes", f"{statistics.median(rates):6.0f} mails/s", _spread(rates))
    for number in PROCESSES:
        rates = [_actions(number) for _ in range(RUNS)]
        row(f"  {number} clients", f"{statistics.median(rates):6.0f} actions/s", _spread(rates))


def _spread(rates: list[float]) -> str:
    return f"({min(rates):.0f} to {max(rates):.0f})"


def _rate(processes: int, count: int, channel: str) -> float:
    """From the first beat to the last one told: the start of the workers is not in it, the relay is. Mails are written
    as files.
    """
    broker = BrokerServer.create()
    try:
        with fresh_database("postgres") as (database, folder), workshop(database.url, broker, folder) as shop:
            cast = seed(database)
            shop.worker("-c", str(processes))
            shop.beat()
            wait_until(lambda: _ticks(database), "the first tick", within=60)
            began = utc_now()
            _announce(database, cast, count, channel)
            wait_until(lambda: _told(database, channel) == count, "all told", within=300)
            with database.reading() as session:
                last = session.scalar(select(func.max(OutboxRow.sent_at)).where(OutboxRow.channel == channel))
            return count / ((last or began) - began).total_seconds()
    finally:
        broker.stop()


def _announce(database: Database, cast: Cast, count: int, channel: str) -> None:
    events, now = [f"e{number}" for number in range(count)], utc_now()
    if channel == "in_app":
        announce(database, cast, events, [cast.clerk], now=now)
        return
    give_address(database, cast.clerk)
    with database.unit_of_work() as session:
        mail(session, cast, events, now)


def _ticks(database: Database) -> bool:
    with database.reading() as session:
        return bool(session.scalar(select(func.count()).select_from(Tick).where(Tick.name == RELAY)))


def _told(database: Database, channel: str) -> int:
    told = select(func.count()).where(OutboxRow.status == "sent", OutboxRow.channel == channel)
    with database.reading() as session:
        return session.scalar(told) or 0


def _actions(clients: int) -> float:
    """Each client is a process and acts on a case of its own: a return and a resubmission, over and over."""
    with fresh_database("postgres") as (database, folder):
        district = make_district(database, folder)
        case_ids = [district.walk(district.open(firm), until="submitted") for firm in FIRMS]
        people = (district.people["clerk"], district.people["instructor"])
        starting = multiprocessing.get_context("spawn")
        barrier = starting.Barrier(clients + 1)
        processes = [
            starting.Process(target=_act, args=(database.url, str(folder), case_id, people, barrier))
            for case_id in case_ids[:clients]
        ]
        for process in processes:
            process.start()
        barrier.wait()
        began = perf_counter()
        for process in processes:
            process.join()
        return clients * ACTIONS / (perf_counter() - began)


def _act(url: str, folder: str, case_id: int, people: tuple[int, int], barrier: Barrier) -> None:
    runtime = Runtime(Database(url), Path(folder) / "documents")
    clerk, instructor = people
    _pair(runtime, case_id, clerk, instructor)
    barrier.wait()
    for _ in range(ACTIONS // 2):
        _pair(runtime, case_id, clerk, instructor)


def _pair(runtime: Runtime, case_id: int, clerk: int, instructor: int) -> None:
    perform(runtime, Command(case_id, "return", clerk, reason="请补正"))
    perform(runtime, Command(case_id, "submit", instructor))
