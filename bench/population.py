"""A district of any size for the page measurements: opened in bulk, then spread over the states by plain SQL."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert, select, text

from tests.district import District, make_district
from workflow.credit_code import check_digit
from workflow.database import Database
from workflow.engine import open_cases
from workflow.models import Enterprise
from workflow.models.base import table_of

CHUNK = 5_000
# Where cases stand, in shares of a hundred; the rest have not begun.
SPREAD = (("training", 10, "instructor"), ("under_review", 3, "committee"), ("approved", 2, "instructor"))


def populate(database: Database, folder: Path, cases: int) -> District:
    """The small district of the tests with `cases` further enterprises, each with an open case."""
    district = make_district(database, folder)
    for start in range(0, cases, CHUNK):
        open_firms(district, start, min(CHUNK, cases - start))
    _spread(district)
    return district


def open_firms(district: District, start: int, count: int) -> None:
    """Adds enterprises, half of them in each chamber, each with an open case."""
    now = district.clock()
    with district.db.unit_of_work() as session:
        rows = [_firm(district, start + n) for n in range(count)]
        session.execute(insert(table_of(Enterprise)), rows)
        codes = [row["credit_code"] for row in rows]
        firms = session.scalars(
            select(Enterprise).where(Enterprise.credit_code.between(min(codes), max(codes))).order_by(Enterprise.id)
        ).all()
        fresh = [firm for firm in firms if firm.credit_code in set(codes)]
        open_cases(session, fresh, runtime=district.runtime, actor_id=None, now=now)


def _firm(district: District, number: int) -> dict[str, object]:
    body = f"913302020{number:08d}"
    is_far = number % 2
    return {
        "credit_code": body + check_digit(body),
        "name": f"示例第{number}号有限公司",
        "town_id": district.bodies["other_town" if is_far else "town"],
        "chamber_id": district.bodies["other_chamber" if is_far else "chamber"],
        "employees": 40,
        "full_members": 3,
        "probationary_members": 0,
        "activists": 1,
        "applicants": 1,
        "members_in_transit": 0,
        "has_branch": False,
        "created_at": district.clock(),
        "updated_at": district.clock(),
    }


def _spread(district: District) -> None:
    """Speeds of reading are measured here, not rules: the rows are moved without asking the engine."""
    low = 0
    with district.db.unit_of_work() as session:
        for state, share, role in SPREAD:
            values = {"state": state, "low": low, "high": low + share, "who": district.people["instructor"]}
            session.execute(
                text(
                    "UPDATE case_file SET state = :state, instructor_id = :who"
                    " WHERE id % 100 >= :low AND id % 100 < :high"
                ),
                values,
            )
            session.execute(
                text(
                    "UPDATE work_item SET state = :state, role = :role, user_id = :holder, organisation_id ="
                    " (SELECT committee_id FROM case_file WHERE case_file.id = work_item.case_id)"
                    " WHERE case_id % 100 >= :low AND case_id % 100 < :high"
                ),
                {
                    "state": state,
                    "low": low,
                    "high": low + share,
                    "role": role,
                    "holder": values["who"] if role == "instructor" else None,
                },
            )
            low += share
        session.execute(text("ANALYZE"))
