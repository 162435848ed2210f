"""One committee session that closes 500 cases, beside 500 single actions of the same kind in the same run."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, text

from bench.figures import alternating, row, seconds
from bench.population import open_firms
from bench.stores import STORES, fresh_database
from tests.district import District, make_district
from workflow.clock import local_day
from workflow.database import Database
from workflow.engine import Command, perform
from workflow.models import Case, SessionSeat
from workflow.sessions import (
    Mark,
    Plan,
    Request,
    close_session,
    decide_rest,
    fill_agenda,
    plan_session,
    record_attendance,
    set_sign,
)

CASES = 500


def measure() -> None:
    """Prints for each store the seconds of a closing, of 500 single approvals, and how many times faster it is."""
    row("a session that closes", CASES, "cases, seconds (medians of 5); single: the same by 500 actions one by one")
    for store in STORES:
        with fresh_database(store) as (database, folder):
            _measure(store, database, folder)


def _measure(store: str, database: Database, folder: Path) -> None:
    district = make_district(database, folder)
    set_sign(district.runtime, district.bodies["chamber"], district.people["clerk"], "甲商党")
    population = _Population(district)
    closing, single = alternating(
        lambda: _closing(district, population.review()), lambda: _single(district, population.review())
    )
    row(f"  {store:9}", f"closing {closing:.2f} s", f"single {single:.2f} s", f"{single / closing:.1f} times faster")


class _Population:
    """Fresh cases under review for each run: a case is decided once."""

    def __init__(self, district: District) -> None:
        self._district, self._made = district, 0

    def review(self) -> list[int]:
        """Speeds are measured here, not rules: the cases are put where they wait without asking the engine."""
        district = self._district
        # Every other firm lies in the other chamber.
        open_firms(district, self._made, 2 * CASES)
        self._made += 2 * CASES
        who = {"who": district.people["instructor"], "chamber": district.bodies["chamber"]}
        with district.db.unit_of_work() as session:
            for statement in TO_REVIEW:
                session.execute(text(statement), who)
            found = session.scalars(select(Case.id).where(Case.state == "under_review").order_by(Case.id))
            return list(found)


TO_REVIEW = (
    "UPDATE deadline SET code = 'T09' WHERE code = 'T01'",
    "UPDATE work_item SET state = 'under_review', role = 'committee' WHERE closed_at IS NULL",
    "UPDATE case_file SET state = 'under_review', instructor_id = :who, submitter_id = :who"
    " WHERE state = 'no_branch' AND chamber_id = :chamber",
    "ANALYZE",
)


def _closing(district: District, case_ids: list[int]) -> float:
    clerk, runtime = Request(district.people["clerk"]), district.runtime
    plan = Plan(local_day(district.clock()), "会议室", "主持人", "记录人")
    session_id = plan_session(runtime, district.bodies["chamber"], clerk, plan).session_id
    with district.db.reading() as session:
        seats = session.scalars(select(SessionSeat.id).where(SessionSeat.session_id == session_id)).all()
    record_attendance(runtime, session_id, clerk, {seat: Mark("attending") for seat in seats})
    fill_agenda(runtime, session_id, clerk)
    decide_rest(runtime, session_id, clerk)
    approver = Request(district.people["approver"])
    taken = seconds(lambda: close_session(runtime, session_id, approver))
    assert district.state(case_ids[-1]) == "approved"
    return taken


def _single(district: District, case_ids: list[int]) -> float:
    data = district.example(case_ids[0], "approver", "approve")
    approver = district.people["approver"]
    commands = [Command(case_id, "approve", approver, data=data) for case_id in case_ids]
    return seconds(lambda: [perform(district.runtime, command) for command in commands])
