"""What more processes give: notices told a second by workers, actions a second by clients; PostgreSQL and a broker of
our own, both durable.
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
from tests.integration.telling import announce, seed
from tests.integration.worker_process import workshop
from tests.servers import BrokerServer, wait_until
from workflow.clock import utc_now
from workflow.database import Database
from workflow.engine import Command, perform
from workflow.models import OutboxRow
from workflow.runtime import Runtime

PROCESSES = (1, 2, 4)
NOTICES = 500
ACTIONS = 100
RUNS = 3
FIRMS = ("first", "second", "third", "fourth")


def measure() -> None:
    """Prints both rates for one, two and four processes, and what the machine spent on an item."""
    row("more processes (medians of", RUNS, "runs, PostgreSQL)")
    for number in PROCESSES:
        rates = [_deliveries(number) for _ in range(RUNS)]
        row(f"  {number} worker processes", f"{statistics.median(rates):6.0f} notices/s", _spread(rates))
    for number in PROCESSES:
        rates = [_actions(number) for _ in range(RUNS)]
        row(f"  {number} clients", f"{statistics.median(rates):6.0f} actions/s", _spread(rates))


def _spread(rates: list[float]) -> str:
    return f"({min(rates):.0f} to {max(rates):.0f})"


def _deliveries(processes: int) -> float:
    """From the first notice told to the last: the start of the workers is not in it, the relay is."""
    broker = BrokerServer.create()
    try:
        with fresh_database("postgres") as (database, folder), workshop(database.url, broker, folder) as shop:
            cast = seed(database)
            announce(database, cast, [f"e{n}" for n in range(NOTICES)], [cast.clerk], now=utc_now())
            shop.worker("-c", str(processes))
            shop.beat()
            wait_until(lambda: _told(database) == NOTICES, "all notices told", within=300)
            with database.reading() as session:
                first, last = session.execute(select(func.min(OutboxRow.sent_at), func.max(OutboxRow.sent_at))).one()
            return float((NOTICES - 1) / (last - first).total_seconds())
    finally:
        broker.stop()


def _told(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(OutboxRow.status == "sent")) or 0


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
