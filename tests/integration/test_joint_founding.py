"""Joint founding (联合组建), on both stores: small units together found one branch that covers them all."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.client import ApiClient
from tests.desk import Desk
from tests.district import PASSWORD, District
from workflow.errors import InvalidInput, TransitionRefused
from workflow.ledger import verify
from workflow.models import Enterprise

PRINCIPLES = {"near_each_other": True, "alike_in_trade": True, "fit_in_size": True, "easy_to_manage": True}
WHY = "地域相邻，行业相近"


def lead_case(district: District, members: int = 2) -> int:
    """The lead unit's case in training, with the form chosen and the principles noted."""
    district.set_members(members, enterprise="first")
    case_id = district.walk(district.open("first"), until="training")
    district.do(case_id, "instructor", "choose_form", {"form": "joint", **PRINCIPLES})
    return case_id


def join(district: District, joint: int, enterprise: str, members: int = 1, **more: object) -> int:
    district.set_members(members, enterprise=enterprise)
    case_id = district.open(enterprise)
    district.do(case_id, "social_work", "join", {"joint_case": joint}, reason=WHY, **more)
    return case_id


def covered(district: District) -> set[str]:
    with district.db.reading() as session:
        ids = set(session.scalars(select(Enterprise.id).where(Enterprise.has_branch)))
    return {key for key, value in district.enterprises.items() if value in ids}


def codes(caught: pytest.ExceptionInfo[TransitionRefused]) -> list[str]:
    return [problem.guard for problem in caught.value.problems]


def test_a_case_by_joint_founding_reaches_established_and_covers_every_unit(district: District) -> None:
    joint = lead_case(district)
    unit = join(district, joint, "second")
    assert (district.state(unit), covered(district)) == ("merged", set())

    district.paper(joint, "instructor", "D19")
    district.walk(joint)

    assert district.state(joint) == "established"
    assert covered(district) == {"first", "second"}
    assert {district.case(one).form for one in (joint, unit)} == {"joint"}
    assert district.actions(unit)[-1] == "covered_by_joint"
    assert district.case(joint).facts["roll"] == 3
    with district.db.reading() as session:
        assert verify(session).ok


def test_a_joint_case_that_fails_lets_its_units_go_on_where_they_were(district: District) -> None:
    joint = lead_case(district)
    unit = join(district, joint, "second")
    district.do(joint, "social_work", "close", reason="企业注销")

    case = district.case(unit)
    assert (case.state, case.form, case.joint_case_id, case.finished_on) == ("no_branch", "single", None, None)
    assert covered(district) == set()


def test_a_sixth_unit_needs_the_managers_reason(district: District) -> None:
    joint = lead_case(district, 0)
    for key in ("second", "third", "fourth"):
        join(district, joint, key, 0)
    district.add_firm("fifth", "chamber")
    district.add_firm("sixth", "chamber")
    join(district, joint, "fifth", 0)
    with pytest.raises(TransitionRefused) as caught:
        join(district, joint, "sixth", 0)
    assert codes(caught) == ["joint_has_room"]
    assert "6" in caught.value.problems[0].text.zh

    sixth = district.case_of("sixth")
    overrides = {"joint_has_room": "同一园区同一行业，便于管理"}
    district.do(sixth, "social_work", "join", {"joint_case": joint}, reason=WHY, overrides=overrides)
    assert district.state(sixth) == "merged"


def test_a_unit_of_three_founds_its_own_branch(district: District) -> None:
    joint = lead_case(district)
    with pytest.raises(TransitionRefused) as caught:
        join(district, joint, "second", 3)
    assert codes(caught) == ["unit_is_small"]


def test_a_joint_case_without_principles_or_of_another_committee_takes_nobody(district: District) -> None:
    district.set_members(2)
    single = district.walk(district.open("first"), until="training")
    with pytest.raises(TransitionRefused) as caught:
        join(district, single, "second")
    assert codes(caught) == ["joint_case_takes_it"]

    with pytest.raises(TransitionRefused) as missing:
        district.do(single, "instructor", "choose_form", {"form": "joint", "near_each_other": True})
    assert "行业相近、规模适当、便于管理" in missing.value.problems[0].text.zh

    district.do(single, "instructor", "choose_form", {"form": "joint", **PRINCIPLES})
    with pytest.raises(TransitionRefused) as far:
        join(district, single, "far")
    assert codes(far) == ["joint_case_takes_it"]
    with pytest.raises(InvalidInput):
        district.do(single, "instructor", "choose_form", {"form": "attached"})


def test_one_unit_alone_is_no_joint_branch(district: District) -> None:
    joint = lead_case(district, 3)
    with pytest.raises(TransitionRefused) as caught:
        district.do(joint, "instructor", "mark_ready")
    assert set(codes(caught)) == {"joint_has_units", "joint_units_are_small"}


def test_pages_say_what_the_units_have_together(desk: Desk) -> None:
    joint = lead_case(desk.district)
    together = "联合支部合计（2 家企业）：正式党员 3 名，预备党员"
    assert together not in desk.page("instructor", f"/cases/{joint}")
    join(desk.district, joint, "second")
    assert together in desk.page("instructor", f"/cases/{joint}")
    assert together in desk.page("instructor", "/my")
    total = ApiClient(desk.app).sign_in("instructor.user", PASSWORD).case(joint)["figures"]
    assert (total["full_members"], total["joint"]["units"], total["joint"]["full_members"]) == (2, 2, 3)
