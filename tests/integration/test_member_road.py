"""From the application to full membership, by the same engine as the founding of a branch, on both stores."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests.district import District
from tests.members import Members
from workflow.ledger import verify
from workflow.models import Deadline, WorkItem


def test_an_applicant_becomes_a_full_member_under_the_rules_of_2026(district: District) -> None:
    members = Members(district)
    members.on(date(2026, 6, 1))
    made = members.register("王五", who="clerk", applied_on=date(2026, 6, 1))
    case_id, person_id = made["case_id"], made["person_id"]
    with district.db.unit_of_work() as session:
        session.get_one(type(district.case(case_id)), case_id).instructor_id = district.people["instructor"]
    members.walk(case_id, person_id, date(2026, 6, 1))

    case, person = members.case(case_id), members.person(person_id)
    assert (case.state, person.standing) == ("full", "full")
    # Probation counts from the branch meeting, and standing from its end (art. 31 and 33), whenever the reply came.
    assert case.facts["standing_since"] == "2028-07-20"
    assert person.full_on == date(2028, 7, 20)
    assert members.enterprise().full_members == 1
    with district.db.reading() as session:
        assert verify(session).ok
        assert (
            session.scalars(select(Deadline).where(Deadline.case_id == case_id, Deadline.status == "running")).all()
            == []
        )
        assert (
            session.scalars(select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))).all()
            == []
        )
