"""Assigning one instructor to several cases from the list: each on its own, and never twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from tests.desk import Desk
from tests.html_forms import form_to
from workflow.models import Assignment, InstructorProfile

FIRMS = ("first", "second", "third")


@pytest.fixture
def cases(desk: Desk) -> list[int]:
    return [desk.district.open(firm) for firm in FIRMS]


def sent(desk: Desk, cases: list[int], who: str = "org_dept", **changes: Any) -> TestResponse:
    """Ticks the cases in the list, fills the form in and sends it."""
    query = "&".join(f"case={case_id}" for case_id in cases)
    form = form_to(desk.page(who, f"/cases/assign?{query}"), "/cases/assign")
    fields = {**form.fields, "case": [f"{case_id}:1" for case_id in cases], "instructor": "instructor.user"}
    fields |= {"no_conflict": "true", **changes}
    token = fields.pop("csrf_token")
    return desk.as_(who).post("/cases/assign", fields, token=token)


def assignments(desk: Desk) -> int:
    with desk.district.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Assignment)) or 0


def test_the_list_of_those_without_a_branch_lets_several_be_ticked(desk: Desk, cases: list[int]) -> None:
    page = desk.page("org_dept", "/cases?state=no_branch")
    assert all(f'name="case" value="{case_id}"' in page for case_id in cases)
    assert 'name="case"' not in desk.page("org_dept", "/cases")
    assert 'name="case"' not in desk.page("federation", "/cases?state=no_branch")


def test_the_button_names_how_many(desk: Desk, cases: list[int]) -> None:
    page = desk.page("org_dept", f"/cases/assign?case={cases[0]}&case={cases[1]}")
    assert "为 2 家企业选派指导员" in page


def test_all_are_assigned_each_with_its_own_entry(desk: Desk, cases: list[int]) -> None:
    answer = sent(desk, cases)
    assert answer.status_code == 200
    assert "3 家已选派，0 家没有选派" in answer.text
    assert {desk.district.state(case_id) for case_id in cases} == {"instructor_assigned"}
    assert all(desk.district.actions(case_id) == ["open", "assign_instructor"] for case_id in cases)


def test_one_refusal_does_not_undo_the_others_and_says_why(desk: Desk, cases: list[int]) -> None:
    desk.district.do(cases[1], "social_work", "assign_instructor")
    answer = sent(desk, cases)
    assert "2 家已选派，1 家没有选派" in answer.text
    assert "案件已被他人更新" in answer.text
    assert assignments(desk) == 3


def test_pressed_twice_it_counts_once_and_answers_the_same(desk: Desk, cases: list[int]) -> None:
    first, second = sent(desk, cases, key="one form"), sent(desk, cases, key="one form")
    assert "3 家已选派，0 家没有选派" in first.text
    assert "3 家已选派，0 家没有选派" in second.text
    assert assignments(desk) == 3


def test_beyond_the_cap_only_a_reason_helps(desk: Desk, cases: list[int]) -> None:
    with desk.district.db.unit_of_work() as session:
        session.execute(update(InstructorProfile).values(load_cap=2))
    capped = sent(desk, cases)
    assert "2 家已选派，1 家没有选派" in capped.text
    assert "上限 2 家" in capped.text
    assert "1 家已选派，0 家没有选派" in sent(desk, cases[2:], reason="本镇只有一名指导员").text


def test_what_is_missing_is_said_and_what_was_entered_is_kept(desk: Desk, cases: list[int]) -> None:
    answer = sent(desk, cases, instructor="", reason="人手不足", no_conflict="")
    assert answer.status_code == 422
    assert "请选择指导员" in answer.text
    assert "请先核实并勾选" in answer.text
    assert "人手不足" in answer.text
    assert assignments(desk) == 0


def test_an_instructor_of_another_area_is_refused_for_each(desk: Desk) -> None:
    far = desk.district.open("far")
    desk.district.add_person("near", "instructor", "other_town")
    page = desk.page("org_dept", f"/cases/assign?case={far}")
    assert "instructor.user" not in page
    assert "0 家已选派，1 家没有选派" in sent(desk, [far]).text


def test_nothing_ticked_leads_back_to_the_list(desk: Desk, cases: list[int]) -> None:
    for query in ("", "?case=", "?case=99999", "?case=1%3Bdrop", "?case=" + "9" * 30):
        assert "还没有勾选企业" in desk.page("org_dept", f"/cases/assign{query}")
    assert sent(desk, cases, case=["777:1"]).status_code == 422


@pytest.mark.parametrize("who", ["instructor", "clerk", "approver", "federation", "admin", "auditor"])
def test_only_managers_assign(who: str, desk: Desk, cases: list[int]) -> None:
    desk.page(who, f"/cases/assign?case={cases[0]}", status=403)
    form = {"case": f"{cases[0]}:1", "instructor": "instructor.user", "no_conflict": "true", "key": "k"}
    assert desk.as_(who).post("/cases/assign", form).status_code == 403
    assert assignments(desk) == 0


@pytest.fixture
def far_case(desk: Desk) -> int:
    """A case in a town that has no instructor."""
    return desk.district.open("far")


def test_where_nobody_is_instructor_the_page_says_who_opens_an_account_instead_of_an_empty_list(
    desk: Desk, far_case: int
) -> None:
    page = desk.page("org_dept", f"/cases/assign?case={far_case}")
    assert "还没有指导员" in page
    assert "--role instructor" in page
    assert "<select" not in page.split("<main", 1)[1]
