"""Gestures as people make them: found on the case page, a form each, what stands against it said where it is asked."""

from __future__ import annotations

import pytest

from tests.desk import Desk
from tests.html_forms import form_to
from workflow.models import Draft, OpinionTemplate


@pytest.fixture
def round_(desk: Desk) -> int:
    """Candidates that two of three have still to sign."""
    for key in ("second_approver", "third_approver"):
        desk.district.add_person(key, "approver", "chamber")
    case_id = desk.district.walk(desk.district.open(), until="candidates_submitted")
    answer = desk.take("approver", case_id, "clear_candidates")
    assert answer.status_code == 303
    return case_id


def make(desk: Desk, who: str, case_id: int, gesture: str, **fields: str) -> tuple[int, str]:
    address = f"/cases/{case_id}/gestures/{gesture}"
    answer = desk.send(who, form_to(desk.page(who, address), address), **fields)
    return answer.status_code, answer.text


def test_a_round_is_seen_found_in_the_inbox_and_signed(desk: Desk, round_: int) -> None:
    page = desk.page("second_approver", f"/cases/{round_}")
    assert "会签：同意候选人" in page
    assert "还差 2 人" in page
    assert "请您表态" in desk.page("second_approver", "/inbox")
    assert make(desk, "second_approver", round_, "sign_agree", reason="同意")[0] == 303
    assert "请您表态" not in desk.page("second_approver", "/inbox")
    assert make(desk, "third_approver", round_, "sign_agree")[0] == 303
    assert desk.district.state(round_) == "candidates_cleared"
    assert "提请会签" in desk.page("approver", f"/cases/{round_}")


def test_a_reason_is_asked_for_and_what_was_chosen_is_kept(desk: Desk, round_: int) -> None:
    status, text = make(desk, "second_approver", round_, "sign_refuse")
    assert (status, "请填写理由" in text) == (422, True)
    status, text = make(
        desk, "second_approver", round_, "hand_over_signing", person="instructor.user", reason="出差在外"
    )
    assert status == 422
    assert "指导员或报送人不能表态" in text
    assert "出差在外" in text
    assert 'value="instructor.user" selected' in text


def test_who_can_be_named_are_people_who_see_the_case(desk: Desk, round_: int) -> None:
    page = desk.page("second_approver", f"/cases/{round_}/gestures/add_signer_after")
    assert "clerk（测试）（甲镇商会党委 " in page
    assert "other_clerk" not in page


def test_one_takes_back_what_one_just_did_from_the_page(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    desk.take("clerk", case_id, "return", reason="缺附件")
    assert "撤销我刚才的办理" in desk.page("clerk", f"/cases/{case_id}")
    assert make(desk, "clerk", case_id, "take_back")[0] == 303
    assert desk.district.state(case_id) == "under_review"
    assert "已办理：撤销我刚才的办理" in desk.page("clerk", f"/cases/{case_id}")
    page = desk.page("clerk", f"/cases/{case_id}")
    assert "撤销我刚才的办理" not in page.partition("办理过程")[0]
    assert "撤销我刚才的办理" in page.partition("办理过程")[2]


def test_what_changed_while_the_decision_was_open_is_said_and_it_does_not_count(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    late = desk.filled("approver", case_id, "approve")
    desk.district.set_members(5, probationary=1)
    answer = desk.send("approver", late)
    assert answer.status_code == 409
    assert desk.district.state(case_id) == "under_review"


def test_what_is_put_aside_is_there_again_and_gone_once_it_is_done(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    form = desk.filled("approver", case_id, "approve")
    form.fields["branch_name"] = "中共示例支部（草稿）"
    answer = desk.send("approver", form, **form.button("put_aside"))
    assert answer.status_code == 303
    assert "中共示例支部（草稿）" in desk.page("approver", f"/cases/{case_id}/actions/approve")
    assert desk.take("approver", case_id, "approve").status_code == 303
    with desk.district.db.reading() as session:
        assert session.query(Draft).count() == 0


def test_wordings_are_kept_offered_and_removed(desk: Desk) -> None:
    index = form_to(desk.page("clerk", "/me/opinions"), "/me/opinions")
    assert desk.send("clerk", index, text="材料不齐，请补正后再报").status_code == 303
    body = str(desk.district.bodies["chamber"])
    assert desk.send("clerk", index, text="经集体研究同意", organisation_id=body).status_code == 303
    assert desk.send("clerk", index, text=" ").status_code == 422
    case_id = desk.district.walk(desk.district.open(), until="submitted")
    assert "材料不齐，请补正后再报" in desk.page("clerk", f"/cases/{case_id}/actions/return")
    assert "材料不齐" not in desk.page("approver", "/me/opinions")
    assert "经集体研究同意" in desk.page("approver", "/me/opinions")
    with desk.district.db.reading() as session:
        own = session.query(OpinionTemplate).filter_by(text="材料不齐，请补正后再报").one().id
    remove = form_to(desk.page("clerk", "/me/opinions"), f"/me/opinions/{own}/remove")
    assert desk.send("clerk", remove).status_code == 303
    assert "材料不齐" not in desk.page("clerk", "/me/opinions")


def test_sent_twice_it_counts_once_and_the_second_answer_is_the_first(desk: Desk, round_: int) -> None:
    address = f"/cases/{round_}/gestures/sign_refuse"
    form = form_to(desk.page("second_approver", address), address)
    for _ in range(2):
        assert desk.send("second_approver", form, reason="程序有误").status_code == 303
        assert "已办理：不同意" in desk.page("second_approver", f"/cases/{round_}")


def test_a_link_of_a_while_ago_leads_to_how_the_case_stands(desk: Desk, round_: int) -> None:
    address = f"/cases/{round_}/gestures/sign_agree"
    late = form_to(desk.page("third_approver", address), address)
    assert make(desk, "second_approver", round_, "sign_refuse", reason="程序有误")[0] == 303
    assert desk.send("third_approver", late).status_code == 303
    assert "没有办理“同意”：本案没有进行中的会签" in desk.page("third_approver", f"/cases/{round_}")
    assert desk.as_("third_approver").get(address).status_code == 303
    desk.page("third_approver", f"/cases/{round_}/gestures/no_such", 404)


def test_what_changed_while_the_signing_page_was_open_is_named(desk: Desk, round_: int) -> None:
    address = f"/cases/{round_}/gestures/sign_agree"
    late = form_to(desk.page("second_approver", address), address)
    desk.district.paper(round_, "instructor", "D09")
    assert desk.send("second_approver", late).status_code == 303
    assert "候选人请示" in desk.page("second_approver", f"/cases/{round_}").partition("会签：")[0]
    assert "还差 2 人" in desk.page("second_approver", f"/cases/{round_}")
