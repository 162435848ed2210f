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
from workflow.reconciling.run import DEEP, WIDE

CASES = 10_000
CHUNK = 500
VISITS = 5


def measure() -> None:
    """Prints for each store the seconds of a look, and those of its checks that take longest."""
    row(
        "a look of the reconciler at",
        CASES,
        f"cases, seconds (medians of {RUNS}; states of {WIDE}, histories of {DEEP})",
    )
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
    """Cases with an instructor and some visits: enough entries to read, all of them by the engine."""
    district.add_person("far", "instructor", "other_town")
    for start in range(0, CASES, 5000):
        open_firms(district, start, min(5000, CASES - start))
    with district.db.reading() as session:
        cases = [
            (row.id, row.chamber_id) for row in session.execute(select(Case.id, Case.chamber_id).order_by(Case.id))
        ]
    near = district.bodies["chamber"]
    _all_at_once(district, [_assigning(district, case_id, is_near=chamber == near) for case_id, chamber in cases])
    for _ in range(VISITS):
        visit = district.example(cases[0][0], "instructor", "log_visit")
        visits = [
            Command(case_id, "log_visit", district.people["instructor" if chamber == near else "far"], data=visit)
            for case_id, chamber in cases
        ]
        _all_at_once(district, visits)
    with district.db.unit_of_work() as session:
        session.execute(update(OutboxRow).values(status="sent"))  # nobody delivers here
        return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def _assigning(district: District, case_id: int, *, is_near: bool) -> Command:
    name = "instructor.user" if is_near else "far.user"
    data = {"instructor": name, "no_conflict": True}
    return Command(case_id, "assign_instructor", district.people["org_dept"], data=data)


def _all_at_once(district: District, commands: list[Command]) -> None:
    for start in range(0, len(commands), CHUNK):
        perform_many(district.runtime, commands[start : start + CHUNK])
