"""Taking actions through their forms: the whole road, mistakes, second presses, and somebody who was faster."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.desk import Desk
from tests.district import ROAD
from tests.html_forms import form_to
from workflow.ledger import verify
from workflow.models import InstructorProfile, LedgerContent, LedgerEntry


def entries(desk: Desk, case_id: int) -> list[LedgerEntry]:
    with desk.district.db.reading() as session:
        return list(
            session.scalars(select(LedgerEntry).where(LedgerEntry.case_id == case_id).order_by(LedgerEntry.seq))
        )


def content(desk: Desk, case_id: int) -> dict[str, object]:
    """What was entered with the newest action."""
    with desk.district.db.reading() as session:
        row = session.scalars(
            select(LedgerContent).where(LedgerContent.case_id == case_id).order_by(LedgerContent.seq.desc())
        ).first()
    assert row is not None
    return row.content


def test_the_whole_road_can_be_walked_through_the_forms(desk: Desk) -> None:
    case_id = desk.district.open()

    for who, action, reason, papers in ROAD:
        for person, code in papers:
            desk.district.paper(case_id, person, code)
        answer = desk.take(who, case_id, action, reason or "")
        assert answer.status_code == 303, (action, re.sub(r"<[^>]+>", " ", answer.text))
        assert answer.location == f"/cases/{case_id}?done={action}"

    assert desk.district.state(case_id) == "established"
    with desk.district.db.reading() as session:
        assert verify(session).ok


def test_after_an_action_the_page_names_the_effect_and_offers_the_next_item(desk: Desk) -> None:
    district = desk.district
    case_id = district.walk(district.open("first"), until="training")
    district.walk(district.open("second"), until="training")

    answer = desk.take("instructor", case_id, "mark_ready")
    page = desk.page("instructor", answer.location)

    assert "已办理：认定条件成熟。现为“条件成熟”" in page
    assert "下一件：示例second有限公司" in page


def test_a_form_is_prefilled_with_what_is_true_and_nothing_invented(desk: Desk) -> None:
    district = desk.district
    case_id = district.walk(district.open(), until="training")
    counted = desk.form("instructor", case_id, "record_headcount").fields
    district.walk(case_id, until="approved")
    candidates = desk.form("instructor", case_id, "submit_candidates").fields
    district.walk(case_id, until="candidates_cleared")
    election = desk.form("instructor", case_id, "record_election").fields

    assert (counted["full_members"], counted["applicants"], counted["counted_on"]) == ("3", "4", "2026-11-23")
    assert candidates["candidates.0.name"] == ""
    assert (election["roll"], election["attending"], election["votes.0.name"], election["votes.0.yes"]) == (
        "3",
        "",
        "张三",
        "",
    )


def test_confirmed_names_are_those_elected(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="result_submitted")

    fields = desk.form("approver", case_id, "confirm_result").fields

    assert (fields["confirmed.0.name"], fields["confirmed.0.post"]) == ("张三", "secretary")


def test_a_weighty_action_is_checked_before_it_counts(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    address = f"/cases/{case_id}/actions/approve"

    shown = desk.send("approver", desk.filled("approver", case_id, "approve"))

    assert shown.status_code == 200
    assert desk.district.state(case_id) == "under_review"
    assert "中共示例first有限公司支部" in shown.text
    assert "已批复待选举" in shown.text
    check = form_to(shown.text, address)
    again = desk.send("approver", check, **check.button("edit"))
    assert again.status_code == 200
    assert form_to(again.text, address).fields["reply_no"] == check.fields["reply_no"] != ""
    assert desk.send("approver", check, **check.button("checked")).status_code == 303
    assert desk.district.state(case_id) == "approved"


def test_a_form_with_mistakes_comes_back_with_all_of_them_and_everything_typed(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    form = desk.filled("approver", case_id, "approve")
    wrong = {"meeting_due": "七", "meeting_attending": "-1", "reply_no": "", "reply_on": "昨天", "with_committee": ""}

    answer = desk.send("approver", form, **wrong)

    assert answer.status_code == 422
    assert "<title>错误：" in answer.text
    assert "有 5 处需要改正" in answer.text
    for name in wrong:
        assert f'href="#f-{name}"' in answer.text
        assert f'id="e-{name}"' in answer.text
    kept = form_to(answer.text, form.action).fields
    assert (kept["meeting_due"], kept["branch_name"]) == ("七", "中共示例first有限公司支部")


def test_a_number_far_too_large_is_refused_as_too_large(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    form = desk.filled("approver", case_id, "approve")

    answer = desk.send("approver", form, meeting_due="9" * 20)

    assert answer.status_code == 422
    assert "应到会人数：不能大于 1000" in answer.text


def test_a_refused_entry_says_which_rule_is_short_and_by_how_much(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    form = desk.filled("approver", case_id, "approve")

    answer = desk.send("approver", form, meeting_due="7", meeting_attending="3")

    assert answer.status_code == 422
    assert "未过半数：需要至少 4 人" in answer.text
    assert "G11" in answer.text
    assert desk.district.state(case_id) == "under_review"


def test_a_return_needs_its_reason(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="submitted")
    form = desk.filled("clerk", case_id, "return")

    assert desk.send("clerk", form).status_code == 422
    assert desk.send("clerk", form, reason="花名册缺一人").status_code == 303
    assert desk.district.state(case_id) == "returned"
    assert "花名册缺一人" in desk.page("instructor", f"/cases/{case_id}")


@pytest.mark.parametrize("action", ["log_visit", "start_training"])
def test_a_form_sent_twice_counts_once(desk: Desk, action: str) -> None:
    case_id = desk.district.walk(desk.district.open(), until="instructor_assigned")
    desk.district.do(case_id, "instructor", "log_visit")
    before = len(entries(desk, case_id))
    form = desk.filled("instructor", case_id, action)

    answers = [desk.send("instructor", form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(entries(desk, case_id)) == before + 1


def test_a_checked_action_confirmed_in_two_tabs_counts_once(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    shown = desk.send("approver", desk.filled("approver", case_id, "approve"))
    check = form_to(shown.text, f"/cases/{case_id}/actions/approve")

    answers = [desk.send("approver", check, **check.button("checked")) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert sum(entry.action == "approve" for entry in entries(desk, case_id)) == 1


def test_whoever_comes_too_late_is_told_who_was_faster_and_keeps_what_was_typed(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    late = desk.filled("approver", case_id, "refuse", reason="条件不成熟")
    desk.district.do(case_id, "clerk", "return", reason="缺少签字")

    answer = desk.send("approver", late)

    assert answer.status_code == 409
    assert "退回补正" in answer.text
    assert "clerk（测试）" in answer.text
    assert "现在是：" in answer.text
    assert "条件不成熟" in answer.text
    assert desk.district.state(case_id) == "returned"


def test_the_page_of_one_who_came_too_late_names_people_and_not_accounts(desk: Desk) -> None:
    case_id = desk.district.open()
    late = desk.filled("org_dept", case_id, "assign_instructor")
    late.fields["instructor"] = "other.user"
    desk.district.do(case_id, "social_work", "assign_instructor")

    answer = desk.send("org_dept", late)

    assert answer.status_code == 409
    assert "<dd>other（测试）</dd>" in answer.text
    assert "<dd>other.user</dd>" not in answer.text


def test_after_a_harmless_change_one_press_leads_on_from_how_it_stands_now(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    late = desk.filled("approver", case_id, "refuse", reason="条件不成熟")
    desk.district.paper(case_id, "clerk", "D07")

    stale = desk.send("approver", late)
    onward = form_to(stale.text, late.action)
    again = desk.send("approver", onward, **onward.button("edit"))
    fresh = form_to(again.text, late.action)

    assert (stale.status_code, again.status_code) == (409, 200)
    assert fresh.fields["reason"] == "条件不成熟"
    checked = form_to(desk.send("approver", fresh).text, late.action)
    assert desk.send("approver", checked, **checked.button("checked")).status_code == 303
    assert desk.district.state(case_id) == "refused"


def test_a_changed_form_after_the_back_button_is_not_taken_a_second_time(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    form = desk.filled("instructor", case_id, "log_visit")
    desk.send("instructor", form)

    answer = desk.send("instructor", form, topics="另一番话")

    assert answer.status_code == 409
    assert "另一番话" in answer.text


def test_a_visit_is_not_refused_because_a_paper_came_meanwhile(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    form = desk.filled("instructor", case_id, "log_visit")
    desk.district.paper(case_id, "instructor", "D01")

    assert desk.send("instructor", form).status_code == 303


def test_rows_are_added_and_removed_without_losing_anything(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="approved")
    form = desk.form("instructor", case_id, "submit_candidates")
    form.fields |= {"deputy_posts": "1", "candidates.0.name": "张三", "candidates.0.post": "secretary"}

    more = form_to(desk.send("instructor", form, add_row="candidates").text, form.action)
    more.fields |= {"candidates.1.name": "李四", "candidates.1.post": "deputy"}
    fewer = form_to(desk.send("instructor", more, remove_row="candidates.0").text, form.action)

    assert more.fields["deputy_posts"] == fewer.fields["deputy_posts"] == "1"
    assert (more.fields["candidates.0.name"], fewer.fields["candidates.0.name"]) == ("张三", "李四")
    assert "candidates.1.name" not in fewer.fields
    assert desk.district.state(case_id) == "approved"


def test_an_empty_row_is_left_out_and_full_width_digits_are_read(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="approved")
    form = desk.filled("instructor", case_id, "submit_candidates")

    answer = desk.send("instructor", form, deputy_posts="０", **{"candidates.7.name": "", "candidates.7.post": ""})

    assert answer.status_code == 303
    assert content(desk, case_id)["data"]["deputy_posts"] == 0  # type: ignore[index]


def test_a_late_entry_keeps_the_day_it_happened_and_is_marked(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    desk.district.clock.advance(days=5)
    form = desk.filled("instructor", case_id, "log_visit")

    answer = desk.send("instructor", form, occurred_on="2026-11-25", visited_on="2026-11-25")

    assert answer.status_code == 303
    assert str(entries(desk, case_id)[-1].occurred_on) == "2026-11-25"
    assert "补录" in desk.page("instructor", f"/cases/{case_id}")


@pytest.mark.parametrize("day", ["2030-01-01", "2020-01-01", "昨天"])
def test_a_day_that_cannot_be_is_refused_at_its_field(desk: Desk, day: str) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")

    answer = desk.send("instructor", desk.filled("instructor", case_id, "log_visit"), occurred_on=day)

    assert answer.status_code == 422
    assert 'id="e-occurred_on"' in answer.text


def test_a_manager_chooses_an_instructor_by_name_and_load(desk: Desk) -> None:
    district = desk.district
    for name in ("first", "second"):
        district.walk(district.open(name), until="instructor_assigned")

    page = desk.page("org_dept", f"/cases/{district.open('third')}/actions/assign_instructor")

    assert "instructor（测试）（本镇（街道）；在带 2 家，上限 5）" in page
    assert page.index("other（测试）（本镇（街道）；在带 0 家") < page.index("instructor（测试）（本镇"), (
        "the best first"
    )


def test_a_manager_may_go_over_the_cap_with_a_reason_that_stays_in_the_history(desk: Desk) -> None:
    district = desk.district
    with district.db.unit_of_work() as session:
        session.get_one(InstructorProfile, district.people["instructor"]).load_cap = 0
    case_id = district.open()
    form = desk.filled("org_dept", case_id, "assign_instructor")
    form.fields["instructor"] = "instructor.user"

    refused = desk.send("org_dept", form)
    again = form_to(refused.text, form.action)
    again.fields["override.instructor_has_room"] = "同一园区，路近"

    assert refused.status_code == 422
    assert "上限 0 家" in refused.text
    assert desk.send("org_dept", again).status_code == 303
    page = desk.page("org_dept", f"/cases/{case_id}")
    assert "同一园区，路近" in page
    assert "突破" in page


def test_a_blocked_action_shows_what_is_short_and_no_button(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")

    page = desk.page("instructor", f"/cases/{case_id}/actions/submit")

    assert "缺少《关于成立党支部的请示》（D06）" in page
    assert f'href="/cases/{case_id}/documents/new?code=D06"' in page
    assert f'action="/cases/{case_id}/actions/submit"' not in page


def test_an_action_of_another_step_leads_back_to_the_case_with_a_word(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")

    answer = desk.as_("instructor").get(f"/cases/{case_id}/actions/submit")

    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}")
    assert "现在是“培育中”" in desk.page("instructor", f"/cases/{case_id}")


def test_what_is_not_mine_is_refused_and_what_i_may_not_see_is_not_there(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")

    assert desk.as_("clerk").get(f"/cases/{case_id}/actions/approve").status_code == 403
    assert desk.as_("other").get(f"/cases/{case_id}/actions/approve").status_code == 404
    assert desk.as_("clerk").get(f"/cases/{case_id}/actions/fly").status_code == 404
    assert desk.as_("clerk").post(f"/cases/{case_id}/actions/approve", {"key": "x"}).status_code == 403


def test_whoever_decides_sees_what_was_put_forward_and_every_condition(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")

    page = desk.page("approver", f"/cases/{case_id}/actions/approve")

    assert "报送内容" in page
    assert "拟任书记" in page
    assert "正式党员人数达到成立条件" in page
    assert page.count("符合</span>") >= 3
    for action in ("approve", "return", "refuse"):
        assert f'href="/cases/{case_id}/actions/{action}#entry"' in page


def test_the_submitter_cannot_decide_and_is_told_why(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    with desk.district.db.unit_of_work() as session:
        case = session.get_one(type(desk.district.case(case_id)), case_id)
        case.submitter_id = desk.district.people["approver"]

    page = desk.page("approver", f"/cases/{case_id}/actions/approve")

    assert "须由另一位同志办理" in page
    assert "不符合" in page


def test_the_forms_speak_english_too(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")

    page = desk.page("approver", f"/cases/{case_id}/actions/approve?lang=en")

    assert "Approve the founding" in page
    assert "Conditions" in page
    assert "批复成立" not in page


def test_the_other_language_is_chosen_on_a_refused_form_and_leads_back_to_the_form(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    form = desk.form("instructor", case_id, "log_visit")
    fields = dict(form.fields)
    token = fields.pop("csrf_token")
    answer = desk.as_("instructor").post(
        form.action, fields, token=token, headers={"Referer": f"http://localhost{form.action}"}
    )

    assert answer.status_code == 422
    assert form_to(answer.text, "/locale").fields["next"] == form.action


def test_the_form_of_a_returned_request_repeats_why_it_came_back_and_what_stood_in_it(desk: Desk) -> None:
    district = desk.district
    case_id = district.walk(district.open(), until="ready")
    for code in ("D01", "D02", "D06"):
        district.paper(case_id, "instructor", code)
    first = {"requested_on": "2026-11-23", "request_no": "示党〔2026〕7号", "proposed_secretary": "王五"}
    district.do(case_id, "instructor", "submit", first)
    district.do(case_id, "clerk", "return", {}, reason="花名册缺一人")

    form = desk.form("instructor", case_id, "submit")
    page = desk.page("instructor", form.action)

    assert "花名册缺一人" in page
    assert (form.fields["request_no"], form.fields["proposed_secretary"]) == ("示党〔2026〕7号", "王五")
