"""Pages about people: what one enters, sees and signs, with every refusal at its field and nothing lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.client import Office
from tests.desk import Desk
from tests.district import District
from tests.html_forms import form_to
from workflow.models import HandoverPack, InstructorProfile, Leave, Substitution, User
from workflow.people.packs import write_note

TODAY, LATER = "2026-11-23", "2026-11-30"


def send(desk: Desk, who: str, page: str, action: str, **values: Any) -> TestResponse:
    """The form on a page, filled in and sent; a box nobody ticked is not sent."""
    form = form_to(desk.page(who, page), action)
    boxes = {"states", "no_conflict"}
    fields = {name: value for name, value in form.fields.items() if name not in {"csrf_token", *boxes}}
    return desk.as_(who).post(action, {**fields, **values})


class TestSubstitutes:
    def test_one_is_named_seen_by_both_and_ended(self, desk: Desk) -> None:
        case_id = desk.district.walk(desk.district.open(), until="under_review")
        page = "/me/substitutes"
        answer = send(desk, "approver", page, page, substitute="other_approver.user", to_on=LATER)
        assert answer.status_code == 303
        assert "other_approver（测试） 代 approver（测试）" in desk.page("approver", page)
        assert "立即结束" not in desk.page("other_approver", page)
        inbox = desk.page("other_approver", "/inbox")
        assert "代 approver（测试） 办理" in inbox
        assert desk.take("other_approver", case_id, "approve").status_code == 303
        desk.page("other_approver", f"/cases/{case_id}", status=404)
        assert "other_approver（测试） 代 approver（测试）" in desk.page("approver", f"/cases/{case_id}")
        assert send(desk, "approver", page, f"{page}/1/end").status_code == 303
        assert "已结束" in desk.page("approver", page)

    def test_each_mistake_stands_at_its_field_and_what_was_entered_is_kept(self, desk: Desk) -> None:
        page = "/me/substitutes"
        answer = send(desk, "clerk", page, page, substitute="clerk.user", to_on="2026-11-01", states=["submitted"])
        assert answer.status_code == 422
        assert "代理人不能是本人" in answer.text
        assert "早于开始日期" in answer.text
        assert 'value="2026-11-01"' in answer.text
        assert 'value="submitted" checked' in answer.text
        assert "请填写结束日期" in send(desk, "clerk", page, page, substitute="approver.user", to_on="soon").text
        with desk.district.db.reading() as session:
            assert session.scalars(select(Substitution)).all() == []

    def test_only_own_steps_and_bodies_are_offered(self, desk: Desk) -> None:
        page = desk.page("clerk", "/me/substitutes")
        assert "已报请示" in page
        assert "培育中" not in page
        assert "甲镇商会党委" in page
        assert "乙街道商会党支部" not in page
        assert "不需要代理" in desk.page("federation", "/me/substitutes")

    def test_pressed_twice_it_counts_once(self, desk: Desk) -> None:
        page = "/me/substitutes"
        form = form_to(desk.page("clerk", page), page)
        fields = {**form.fields, "substitute": "other_clerk.user", "to_on": LATER}
        fields = {name: value for name, value in fields.items() if name not in ("csrf_token", "states")}
        assert [desk.as_("clerk").post(page, fields).status_code for _ in range(2)] == [303, 303]
        with desk.district.db.reading() as session:
            assert len(session.scalars(select(Substitution)).all()) == 1


class TestLeave:
    def test_it_is_entered_with_a_substitute_and_ended(self, desk: Desk) -> None:
        page = "/me/leave"
        answer = send(desk, "instructor", page, page, to_on=LATER, substitute="other.user")
        assert answer.status_code == 303
        assert "进行中" in desk.page("instructor", page)
        assert "请假至 2026-11-30" in desk.page("org_dept", "/people")
        assert send(desk, "instructor", page, f"{page}/1/end").status_code == 303
        with desk.district.db.reading() as session:
            assert all(row.ended_at for row in session.scalars(select(Substitution)))

    def test_a_leave_that_cannot_be_is_refused_at_its_field(self, desk: Desk) -> None:
        answer = send(desk, "instructor", "/me/leave", "/me/leave", from_on="2026-01-01", to_on=LATER)
        assert answer.status_code == 422
        assert "已经过去" in answer.text

    def test_a_manager_enters_and_ends_it_for_somebody(self, desk: Desk) -> None:
        page = "/people/clerk.user"
        assert send(desk, "org_dept", page, f"{page}/leave", to_on=LATER).status_code == 303
        assert send(desk, "org_dept", page, f"{page}/leave", to_on=LATER).status_code == 422
        assert send(desk, "org_dept", page, f"{page}/leave/1/end").status_code == 303
        with desk.district.db.reading() as session:
            assert session.scalars(select(Leave)).one().ended_at is not None


class TestLeaving:
    def test_first_the_way_of_each_case_then_the_confirmation(self, desk: Desk) -> None:
        first = desk.district.walk(desk.district.open("first"), until="training")
        page, action = "/people/instructor.user", "/people/instructor.user/leaving"
        seen = send(desk, "org_dept", page, action, reason="调离", successor="other.user", no_conflict="true")
        assert seen.status_code == 200
        assert "确认离任，移交 1 家企业" in seen.text
        assert "转给接任人" in seen.text
        assert desk.district.case(first).instructor_id == desk.district.people["instructor"]
        fields = form_to(seen.text, action).fields
        fields.pop("csrf_token")
        done = desk.as_("org_dept").post(action, fields)
        assert "1 家已转给接任人，0 家退回主管部门" in done.text
        assert desk.district.case(first).instructor_id == desk.district.people["other"]
        again = desk.as_("org_dept").post(action, fields)
        assert again.text.count("1 家已转给接任人") == 1, "pressed twice it answers the same"
        desk.page("org_dept", page, status=404)

    def test_a_role_nobody_holds_any_more_is_named(self, desk: Desk) -> None:
        case_id = desk.district.walk(desk.district.open("first"), until="under_review")
        action = "/people/approver.user/leaving"
        done = send(desk, "org_dept", "/people/approver.user", action, reason="退休", checked="1")
        assert "以下职务现在无人担任" in done.text
        assert "甲镇商会党委（党委审批人）" in done.text
        assert f"/cases/{case_id}" in desk.page("org_dept", "/cases?nobody=1")

    def test_what_is_missing_is_said(self, desk: Desk) -> None:
        page, action = "/people/instructor.user", "/people/instructor.user/leaving"
        answer = send(desk, "org_dept", page, action, successor="other.user")
        assert answer.status_code == 422
        assert "请写明离任原因" in answer.text
        assert "请先核实接任人" in answer.text

    def test_what_an_instructor_knows_is_noted(self, desk: Desk) -> None:
        page = "/people/other.user"
        assert send(desk, "org_dept", page, f"{page}/expertise", expertise="制造业、软件, 软件").status_code == 303
        with desk.district.db.reading() as session:
            profile = session.get_one(InstructorProfile, desk.district.people["other"])
            assert profile.expertise == ["制造业", "软件"]
        case_id = desk.district.open()
        assert "本镇（街道）；在带 0 家，上限 5" in desk.page("org_dept", f"/cases/{case_id}/actions/assign_instructor")


class TestHandover:
    @pytest.fixture
    def pack(self, desk: Desk) -> int:
        case_id = desk.district.walk(desk.district.open(), until="training")
        write_note(desk.district.runtime, desk.district.people["instructor"], case_id, "出资人周五在厂")
        data = {"instructor": "other.user", "no_conflict": True}
        desk.district.do(case_id, "org_dept", "reassign", data, reason="调整")
        with desk.district.db.reading() as session:
            return session.scalars(select(HandoverPack.id)).one()

    def test_it_waits_in_the_receivers_inbox_until_it_is_signed(self, desk: Desk, pack: int) -> None:
        assert f"/handover/{pack}" in desk.page("other", "/inbox")
        assert f"/handover/{pack}" in desk.page("org_dept", "/handover")
        page = desk.page("other", f"/handover/{pack}")
        assert "出资人周五在厂" in page
        assert "月底前联系转接" in page
        assert "我已阅，签收" in page
        assert "我已阅，签收" not in desk.page("org_dept", f"/handover/{pack}")
        assert send(desk, "other", f"/handover/{pack}", f"/handover/{pack}/sign").status_code == 303
        assert f"/handover/{pack}" not in desk.page("other", "/inbox")
        assert "签收交接单" in desk.page("other", "/cases/1")

    def test_it_is_not_for_others_to_sign(self, desk: Desk, pack: int) -> None:
        answer = desk.as_("org_dept").post(f"/handover/{pack}/sign")
        assert answer.status_code == 403
        assert "这份交接单由接手人other（测试）签收" in answer.text
        assert desk.as_("instructor").post(f"/handover/{pack}/sign").status_code == 404

    def test_a_note_is_written_on_ones_own_case(self, desk: Desk) -> None:
        case_id = desk.district.walk(desk.district.open(), until="training")
        address = f"/cases/{case_id}/handover-note"
        assert send(desk, "instructor", address, address).status_code == 422
        assert send(desk, "instructor", address, address, note="月底前再谈一次").status_code == 303
        page = desk.page("instructor", f"/cases/{case_id}")
        assert "交接备注" in page
        assert "月底前再谈一次" in page


class TestApi:
    def test_a_substitute_is_named_listed_and_ended(self, sqlite_district: District) -> None:
        office, key = Office(sqlite_district), {"Idempotency-Key": "a-key"}
        last = (date.fromisoformat(TODAY) + timedelta(days=5)).isoformat()
        body = {"substitute": "other_approver.user", "role": "approver", "from_on": TODAY, "to_on": last}
        made = office("approver").post("/substitutions", body, key)
        assert office("approver").post("/substitutions", body, key) == made
        listed = office("other_approver").get("/substitutions")["items"]
        assert [(one["principal"], one["status"], one["is_mine"], one["states"]) for one in listed] == [
            ("approver（测试）", "running", False, None)
        ]
        case_id = sqlite_district.walk(sqlite_district.open(), until="under_review")
        assert office("other_approver").get("/inbox")["items"][0]["on_behalf_of"] == "approver（测试）"
        office("other_approver").act(case_id, "approve")
        entry = office("approver").get(f"/cases/{case_id}/history")["items"][-1]
        assert (entry["person"], entry["principal"]) == ("other_approver（测试）", "approver（测试）")
        office("approver").post(f"/substitutions/{made['id']}/end", {})

    def test_leave_and_leaving(self, sqlite_district: District) -> None:
        office = Office(sqlite_district)
        case_id = sqlite_district.walk(sqlite_district.open(), until="training")
        made = office("instructor").post("/leaves", {"person": "instructor.user", "from_on": TODAY, "to_on": LATER})
        assert made == {"id": 1, "substitutions": []}
        assert [row["status"] for row in office("org_dept").get("/leaves")["items"]] == ["running"]
        body = {"person": "instructor.user", "reason": "调离", "successor": "other.user", "no_conflict": True}
        seen = office("org_dept").post("/leavings/preview", body)
        done = office("org_dept").post("/leavings", body, {"Idempotency-Key": "k"})
        assert seen["moves"] == done["moves"]
        assert office("org_dept").post("/leavings", body, {"Idempotency-Key": "k"}) == done
        packs = office("other").get("/handover-packs")["items"]
        assert [(pack["case_id"], pack["is_mine"]) for pack in packs] == [(case_id, True)]
        page = office("other").get(f"/handover-packs/{packs[0]['id']}")
        assert page["state"]["zh"] == "培育中"
        office("other").post(f"/handover-packs/{packs[0]['id']}/sign", {})
        office("other").post(f"/cases/{case_id}/handover-note", {"note": "已接手"})
        assert sqlite_district.actions(case_id)[-2:] == ["sign_handover", "handover_note"]
        with sqlite_district.db.reading() as session:
            assert not session.get_one(User, sqlite_district.people["instructor"]).is_active


def test_the_industry_of_an_enterprise_is_noted_by_managers(desk: Desk) -> None:
    number = desk.district.enterprises["first"]
    page, action = f"/enterprises/{number}", f"/enterprises/{number}/industry"
    assert send(desk, "org_dept", page, action, industry="制造业").status_code == 303
    assert "制造业" in desk.page("clerk", page)
    assert "保存行业" not in desk.page("clerk", page)
    assert send(desk, "org_dept", page, action, industry="长" * 31).status_code == 303
    assert "行业最长 30 字" in desk.page("org_dept", page)
