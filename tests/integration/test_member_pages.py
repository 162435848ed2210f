"""The pages about persons: the list, one person, the roster, training, and a number shown with a reason."""

from __future__ import annotations

from datetime import date

import pytest

from tests.desk import Desk
from tests.district import District
from tests.html_forms import form_to
from tests.members import Members, road
from workflow.engine import Command, perform
from workflow.members.letters import Letter

NUMBER = "110101199005010012"


@pytest.fixture
def office(sqlite_district: District) -> tuple[Members, Desk]:
    members = Members(sqlite_district)
    members.on(date(2026, 6, 1))
    sqlite_district.do(sqlite_district.open(), "org_dept", "assign_instructor")
    return members, Desk(sqlite_district)


def test_an_instructor_registers_an_applicant_and_sees_what_comes_next(office: tuple[Members, Desk]) -> None:
    members, desk = office
    address = f"/enterprises/{members.enterprise().id}/roster/new"
    form = form_to(desk.page("instructor", address), address)
    refused = desk.send("instructor", form, name="小一", born_on="2010-05-01", applied_on="2026-06-01")
    assert refused.status_code == 422
    assert "未满 18 岁" in refused.text
    assert "小一" in refused.text  # what was typed is kept
    answer = desk.send("instructor", form, name="王五", born_on="1990-05-01", applied_on="2026-06-01")
    assert answer.status_code == 303, answer.text
    shown = desk.page("instructor", answer.headers["Location"])
    for words in ("入党申请人", "最早转为正式党员", "2028-06", "记录谈话", "派人谈话"):
        assert words in shown
    assert "王五" in desk.page("instructor", "/members")
    assert "王五" in desk.page("instructor", "/inbox")
    assert "王五" not in desk.page("other_clerk", "/members")
    assert "王五" in desk.page("clerk", f"/enterprises/{members.enterprise().id}/roster")


def test_a_step_is_taken_by_the_form_of_the_engine_and_a_refusal_names_the_clause(office: tuple[Members, Desk]) -> None:
    members, desk = office
    made = members.register("王五", applied_on=date(2026, 6, 1))
    form = desk.form("instructor", made["case_id"], "talk")
    refused = desk.send("instructor", form, talked_on="2026-05-31", talked_by="书记")
    assert refused.status_code == 422
    assert "早于递交申请书 2026-06-01" in refused.text
    assert "第七条（未核对）" in refused.text
    assert desk.send("instructor", form, talked_on="2026-06-01", talked_by="书记").status_code == 303
    person = desk.as_("instructor").get(f"/cases/{made['case_id']}")
    assert person.headers["Location"].endswith(f"/members/{made['person_id']}")
    assert "已谈话" in desk.page("instructor", f"/members/{made['person_id']}")


def test_what_waits_for_the_committee_stands_on_its_desk(office: tuple[Members, Desk]) -> None:
    members, desk = office
    made = members.register("王五", applied_on=date(2026, 6, 1))
    members.walk(made["case_id"], made["person_id"], date(2026, 6, 1), until="activist")
    assert "积极分子备案" in desk.page("clerk", "/decide")
    page = desk.page("instructor", f"/members/{made['person_id']}")
    assert "积极分子备案" in page
    assert "还没有报上级党委备案" in page


def test_a_number_is_masked_and_shown_once_for_a_reason(office: tuple[Members, Desk]) -> None:
    members, desk = office
    made = members.register("王五", identity=NUMBER)
    address = f"/members/{made['person_id']}"
    page = desk.page("clerk", address)
    assert "110101********0012" in page
    assert NUMBER not in page
    form = form_to(page, f"{address}/number")
    assert desk.send("clerk", form, field="identity", reason="").status_code == 422
    answer = desk.send("clerk", form, field="identity", reason="核对档案")
    assert NUMBER in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Refresh"].startswith("30")
    after = desk.page("clerk", address)
    assert NUMBER not in after
    assert "核对档案" in after


def test_a_letter_is_entered_and_received_on_the_page(office: tuple[Members, Desk]) -> None:
    members, desk = office
    person_id = members.register("甲一", standing="full", joined_on=date(2015, 6, 1))["person_id"]
    address = f"/members/{person_id}"
    form = form_to(desk.page("instructor", address), f"{address}/letter")
    chamber = str(members.district.bodies["chamber"])
    letter = {"to": chamber, "from_name": "某支部", "letter_no": "介1号", "letter_on": "2026-06-01"}
    late = desk.send("instructor", form, **letter, valid_until="2026-09-30")
    assert "应在 2026-06-01 与 2026-08-30 之间" in late.text
    assert desk.send("instructor", form, **letter, valid_until="2026-08-30").status_code == 303
    assert "转接中" in desk.page("instructor", f"/enterprises/{members.enterprise().id}/roster")
    membership = members.membership(person_id)
    assert membership is not None
    receive = form_to(desk.page("clerk", address), f"{address}/memberships/{membership.id}/receive")
    assert desk.send("clerk", receive).status_code == 303
    assert "计入成立条件的正式党员：1 名" in desk.page("clerk", f"/enterprises/{members.enterprise().id}/roster")


def test_training_of_targets_is_held_by_the_committee_and_counts_for_who_attended(office: tuple[Members, Desk]) -> None:
    members, desk = office
    made = members.register("王五", applied_on=date(2026, 6, 1))
    form = form_to(desk.page("clerk", "/training"), "/training")
    session = {
        "title": "发展对象培训班",
        "place": "党校",
        "audience": "activists",
        "from_on": "2026-05-29",
        "to_on": "2026-05-31",
        "hours": "24",
        "for_targets": "1",
    }
    assert (
        desk.send("instructor", form_to(desk.page("instructor", "/training"), "/training"), **session).status_code
        == 403
    )
    held = desk.send("clerk", form, **session)
    address = held.headers["Location"]
    attend = form_to(desk.page("clerk", address), f"{address}/attendance")
    too_many = desk.send("clerk", attend, person_id=str(made["person_id"]), days="4", hours="24")
    assert "参加天数应为 0 至 3" in too_many.text
    assert desk.send("clerk", attend, person_id=str(made["person_id"]), days="3", hours="24").status_code == 303
    assert "发展对象培训班" in desk.page("clerk", f"/members/{made['person_id']}")
    again = desk.send("clerk", attend, person_id=str(made["person_id"]), days="3", hours="24", key="another")
    assert "已登记" in again.text


def test_the_founding_case_says_where_its_numbers_come_from_and_names_the_faster_routes(
    office: tuple[Members, Desk],
) -> None:
    members, desk = office
    assert "按上报数字" in desk.page("instructor", "/cases/1")
    members.member("甲一", letter=Letter("", "", None, None, date(2026, 6, 1)))
    made = members.register("王五", applied_on=date(2026, 6, 1))
    for day, who, action, data in road(date(2026, 6, 1))[:2]:
        members.on(day)
        command = Command(made["case_id"], action, members.district.people[who], data=_plain(data))
        perform(members.district.runtime, command)
    # The days have moved on, and with them everybody was signed out.
    page = Desk(members.district).page("instructor", "/cases/1")
    for words in ("按花名册逐人统计", "转入组织关系", "联合组建", "还差 2 名正式党员，在培养 1 人"):
        assert words in page


def _plain(data):  # type: ignore[no-untyped-def]
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}


def test_the_process_of_admission_can_be_looked_at(office: tuple[Members, Desk]) -> None:
    page = office[1].page("clerk", "/process?process=member_development")
    assert "发展党员" in page
    assert "延长预备期" in page
    office[1].page("clerk", "/process?process=nothing", status=404)
