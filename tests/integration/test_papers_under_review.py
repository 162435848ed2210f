"""A paper that is replaced while others decide on it does not change in silence."""

from __future__ import annotations

from sqlalchemy import select

from tests.desk import Desk
from tests.district import District
from workflow.models import OutboxRow

MARK = "报送后有更新"


def told_of_papers(district: District) -> list[str]:
    keys = {number: key for key, number in district.people.items()}
    with district.db.reading() as session:
        query = select(OutboxRow.user_id).where(OutboxRow.kind == "paper_replaced", OutboxRow.channel == "in_app")
        return sorted(keys[user_id] for user_id in session.scalars(query))


def test_the_committee_is_told_that_a_paper_of_the_request_was_replaced(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    assert told_of_papers(district) == []

    district.paper(case_id, "instructor", "D02")

    assert told_of_papers(district) == ["approver", "clerk"]


def test_nobody_is_told_while_it_is_still_the_instructors_or_of_a_paper_the_committee_brings(
    district: District,
) -> None:
    case_id = district.walk(district.open(), until="ready")
    for _ in range(2):
        district.paper(case_id, "instructor", "D02")
    district.walk(case_id, until="under_review")
    for _ in range(2):
        district.paper(case_id, "clerk", "D08")
    assert told_of_papers(district) == []


def test_the_page_of_the_decision_marks_what_was_replaced_since(desk: Desk) -> None:
    district = desk.district
    case_id = district.walk(district.open(), until="under_review")
    address = f"/cases/{case_id}/actions/approve"
    assert MARK not in desk.page("approver", address)

    district.clock.advance(minutes=10)
    district.paper(case_id, "instructor", "D02")

    assert desk.page("approver", address).count(MARK) == 1
