"""The pages about persons: the list, one person, the roster, training, and a number shown with a reason."""

from __future__ import annotations

import pytest

from tests.desk import Desk
from tests.district import District
from tests.html_forms import form_to
from tests.members import Members

NUMBER = "11010119900501123"


@pytest.fixture
def office(sqlite_district: District) -> tuple[Members, Desk]:
    members = Members(sqlite_district)
    case_id = sqlite_district.open()
    sqlite_district.do(case_id, "org_dept", "assign_instructor")
    return members, Desk(sqlite_district)


def test_an_instructor_registers_an_applicant_and_sees_what_comes_next(office: tuple[Members, Desk]) -> None:
    members, desk = office
    enterprise = members.enterprise().id
    page = desk.page("instructor", f"/enterprises/{enterprise}/roster/new")
    form = form_to(page, f"/enterprises/{enterprise}/roster/new")
    answer = desk.send("instructor", form, name="王五", born_on="1990-05-01", applied_on="2026-11-20")
    assert answer.status_code == 303, answer.text
    shown = desk.page("instructor", answer.headers["Location"])
    assert "入党申请人" in shown
    assert "最早转为正式党员" in shown
    assert "2028-" in shown
    assert "王五" in desk.page("instructor", "/members")
    assert "王五" in desk.page("instructor", "/inbox")
    assert "王五" in desk.page("clerk", f"/enterprises/{enterprise}/roster")
    for path in ("/training", "/members"):
        desk.page("org_dept", path)
