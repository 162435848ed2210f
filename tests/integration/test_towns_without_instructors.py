"""A town that came with a roster has no instructor yet: what is short, and who opens the account."""

from __future__ import annotations

import pytest

from tests.desk import Desk
from tests.district import District
from workflow.engine import available_actions
from workflow.errors import TransitionRefused

FAR = {"instructor": "instructor.user", "no_conflict": True}


def test_the_action_is_not_offered_and_says_how_it_can_be(district: District) -> None:
    case_id = district.open("far")
    with district.db.reading() as session:
        views = available_actions(session, district.runtime, case_id, district.people["org_dept"])
    view = next(v for v in views if v.action == "assign_instructor")
    (problem,) = view.problems
    assert not view.allowed
    assert f"--organisation {district.bodies['other_town']}" in problem.text.zh


def test_an_instructor_of_another_town_is_told_apart_from_nobody(district: District) -> None:
    case_id = district.open("far")
    district.add_person("near", "instructor", "other_town")
    with pytest.raises(TransitionRefused) as elsewhere:
        district.do(case_id, "org_dept", "assign_instructor", FAR)
    with pytest.raises(TransitionRefused) as nobody:
        district.do(case_id, "org_dept", "assign_instructor", {**FAR, "instructor": "clerk.user"})
    assert "其他镇" in elsewhere.value.text.zh
    assert "没有这位指导员" in nobody.value.text.zh
    district.do(case_id, "org_dept", "assign_instructor", {**FAR, "instructor": "near.user"})
    assert district.state(case_id) == "instructor_assigned"


def test_the_form_says_who_opens_an_account_instead_of_asking_for_a_name(desk: Desk) -> None:
    case_id = desk.district.open("far")
    page = desk.page("org_dept", f"/cases/{case_id}/actions/assign_instructor")
    assert "本镇（街道）还没有指导员" in page
    assert 'name="instructor"' not in page
