"""How long one look of the reconciler takes over a district in which all is well."""

from __future__ import annotations

import statistics

from sqlalchemy import func, select, update

from bench.figures import RUNS, row
from bench.population import open_firms
from bench.stores import STORES, fresh_database
from tests.district import District, make_district
from workflow.engine import Command
from workflow.engine.batch import perform_many
from workflow.models import Case, LedgerEntry, OutboxRow
from workflow.reconciling import Report, reconcile
from workflow.reconciling.run import DEEP

CASES = 10_000
CHUNK = 500
HOLDS = 3


def measure() -> None:
    """Prints for each store the seconds of a look, and those of its checks that take longest."""
    row("a look of the reconciler at", CASES, f"cases, seconds (medians of {RUNS}; histories of {DEEP} of them)")
    for store in STORES:
        with fresh_database(store) as (database, folder):
            district = make_district(database, folder)
            entries = _populate(district)
            reports = [_look(district) for _ in range(RUNS)]
            took = statistics.median(sum(report.seconds.values()) for report in reports)
            slowest = sorted(reports[-1].seconds.items(), key=lambda item: -item[1])[:4]
            words = ", ".join(f"{name} {seconds:.2f}" for name, seconds in slowest)
            row(f"  {store:9}", f"{took:.2f} s", f"{entries} entries", f"({words})")


def _look(district: District) -> Report:
    report = reconcile(district.runtime)
    assert not report.found, report.found
    return report


def _populate(district: District) -> int:
    """Cases that were put on hold and taken up again: enough entries to read, all of them by the engine."""
    for start in range(0, CASES, 5000):
        open_firms(district, start, min(5000, CASES - start))
    with district.db.reading() as session:
        cases = session.scalars(select(Case.id).order_by(Case.id)).all()
    who, until = district.people["org_dept"], {"review_on": "2027-03-01"}
    for _ in range(HOLDS):
        _all_at_once(district, [Command(case_id, "hold", who, data=until, reason="停产整改") for case_id in cases])
        _all_at_once(district, [Command(case_id, "resume", who, reason="恢复生产") for case_id in cases])
    with district.db.unit_of_work() as session:
        session.execute(update(OutboxRow).values(status="sent"))  # nobody delivers here
        return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def _all_at_once(district: District, commands: list[Command]) -> None:
    for start in range(0, len(commands), CHUNK):
        perform_many(district.runtime, commands[start : start + CHUNK])
