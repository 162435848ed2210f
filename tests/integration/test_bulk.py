"""One action on many cases: each on its own, never twice, with the count on the button and a result for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from tests.client import Office
from tests.desk import Desk
from tests.district import District
from tests.html_forms import form_to
from workflow.bulk.plan import plan
from workflow.bulk.request import EACH, MOST, Bulk, Item
from workflow.bulk.running import run_each
from workflow.definition.library import shipped_definitions
from workflow.errors import InvalidInput
from workflow.models import Assignment, Enterprise, InstructorProfile, LedgerEntry

FIRMS = ("first", "second", "third")


@pytest.fixture
def cases(desk: Desk) -> list[int]:
    return [desk.district.open(firm) for firm in FIRMS]


def chosen(cases: Sequence[int]) -> str:
    return "&".join(f"case={case_id}" for case_id in cases)


def fill(desk: Desk, who: str, action: str, cases: Sequence[int], **values: Any) -> TestResponse:
    """The form of an action on several cases, filled in and sent: the page that says what would become of each."""
    address = f"/cases/bulk/{action}"
    form = form_to(desk.page(who, f"{address}?{chosen(cases)}"), address)
    fields = {
        **form.fields,
        "case": [f"{case_id}:{desk.district.case(case_id).version}" for case_id in cases],
        **values,
    }
    return desk.as_(who).post(address, {k: v for k, v in fields.items() if k != "csrf_token"})


def confirm(desk: Desk, who: str, action: str, answer: TestResponse, good: Sequence[int]) -> TestResponse:
    """Presses the button of the page that was shown."""
    address = f"/cases/bulk/{action}"
    form = form_to(answer.text, address)
    fields = {**form.fields, "case": [f"{c}:{desk.district.case(c).version}" for c in good], **form.button("checked")}
    return desk.as_(who).post(address, {k: v for k, v in fields.items() if k != "csrf_token"})


def take(desk: Desk, who: str, action: str, cases: Sequence[int], **values: Any) -> TestResponse:
    return confirm(desk, who, action, fill(desk, who, action, cases, **values), cases)


def assignments(desk: Desk) -> int:
    with desk.district.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Assignment)) or 0


class TestPages:
    def test_every_list_lets_cases_be_ticked_by_those_who_act(self, desk: Desk, cases: list[int]) -> None:
        page = desk.page("org_dept", "/cases")
        assert all(f'name="case" value="{case_id}"' in page for case_id in cases)
        assert "批量办理全部 3 件" in page
        assert 'name="case"' not in desk.page("federation", "/cases")

    def test_the_choice_says_on_how_many_each_step_can_be_taken(self, desk: Desk, cases: list[int]) -> None:
        desk.district.walk(cases[0], until="training")
        page = desk.page("org_dept", "/cases/bulk?all=1")
        assert "已选 3 件" in page
        assert "选派指导员" in page
        assert "2 件可以办理" in page
        assert "更换指导员" in page

    def test_what_is_short_is_said_for_each(self, desk: Desk) -> None:
        first = desk.district.walk(desk.district.open("first"), until="training")
        with desk.district.db.unit_of_work() as session:
            session.execute(update(Enterprise).values(full_members=1))
        page = desk.page("instructor", f"/cases/bulk?case={first}")
        assert "1 件还差条件" in page

    def test_an_instructor_is_proposed_for_each_and_counts_after_the_confirmation(
        self, desk: Desk, cases: list[int]
    ) -> None:
        answer = fill(desk, "org_dept", "assign_instructor", cases, no_conflict="true")
        assert answer.status_code == 200
        assert "确认：为 3 件办理“选派指导员”" in answer.text
        assert "本镇（街道）；在带 0 家，上限 5" in answer.text
        assert assignments(desk) == 0, "nothing counts before it was seen"
        done = confirm(desk, "org_dept", "assign_instructor", answer, cases)
        assert "3 件已办理，0 件没有办理" in done.text
        with desk.district.db.reading() as session:
            rows = session.scalars(select(Assignment).order_by(Assignment.case_id)).all()
        people = desk.district.people
        assert [row.instructor_id for row in rows] == [people["instructor"], people["other"], people["instructor"]]
        assert rows[0].basis is not None
        assert rows[0].basis["zh"].startswith("本镇（街道）；在带 0 家")

    def test_one_instructor_for_all_up_to_the_cap(self, desk: Desk, cases: list[int]) -> None:
        with desk.district.db.unit_of_work() as session:
            session.execute(update(InstructorProfile).values(load_cap=2))
        fields = {"no_conflict": "true", "instructor": "instructor.user"}
        answer = fill(desk, "org_dept", "assign_instructor", cases, **fields)
        assert "2 件可以办理，1 件不能" in answer.text
        assert "上限 2 家" in answer.text
        with_reason = fill(desk, "org_dept", "assign_instructor", cases, over_cap="本镇只有一名", **fields)
        assert "3 件可以办理，0 件不能" in with_reason.text
        assert "3 件已办理" in confirm(desk, "org_dept", "assign_instructor", with_reason, cases).text

    def test_one_refusal_does_not_undo_the_others_and_says_why(self, desk: Desk, cases: list[int]) -> None:
        answer = fill(desk, "org_dept", "assign_instructor", cases, no_conflict="true")
        desk.district.do(cases[1], "social_work", "close", {"close_code": "moved_out"}, reason="迁出")
        stale = form_to(answer.text, "/cases/bulk/assign_instructor")
        fields = {**stale.fields, "case": [f"{c}:1" for c in cases], "checked": "1"}
        fields.pop("csrf_token")
        done = desk.as_("org_dept").post("/cases/bulk/assign_instructor", fields)
        assert "2 件已办理，1 件没有办理" in done.text
        assert "案件已被他人更新" in done.text

    def test_pressed_twice_it_counts_once_and_answers_the_same(self, desk: Desk, cases: list[int]) -> None:
        answer = fill(desk, "org_dept", "hold", cases, review_on="2026-12-30", reason="停产检修")
        first = confirm(desk, "org_dept", "hold", answer, cases)
        second = confirm(desk, "org_dept", "hold", answer, cases)
        assert "3 件已办理，0 件没有办理" in first.text
        assert "3 件已办理，0 件没有办理" in second.text
        assert all(desk.district.actions(case_id) == ["open", "hold"] for case_id in cases)

    def test_receipt_numbers_are_given_for_each(self, desk: Desk, cases: list[int]) -> None:
        for case_id in cases:
            desk.district.walk(case_id, until="submitted")
        numbers = {f"receipt_no.{case_id}": f"收〔2026〕{case_id}号" for case_id in cases[:2]}
        answer = fill(desk, "clerk", "accept", cases, **numbers)
        assert "2 件可以办理，1 件不能" in answer.text
        assert "请填写" in answer.text
        assert "2 件已办理" in confirm(desk, "clerk", "accept", answer, cases[:2]).text
        assert desk.district.case(cases[0]).facts["receipt_no"] == f"收〔2026〕{cases[0]}号"
        assert [desk.district.state(case_id) for case_id in cases] == ["under_review", "under_review", "submitted"]

    def test_a_return_for_several_has_one_reason(self, desk: Desk, cases: list[int]) -> None:
        for case_id in cases:
            desk.district.walk(case_id, until="submitted")
        missing = fill(desk, "clerk", "return", cases)
        assert missing.status_code == 422
        assert "请填写理由" in missing.text
        assert "3 件已办理" in take(desk, "clerk", "return", cases, reason="党员花名册缺日期").text
        assert {desk.district.state(case_id) for case_id in cases} == {"returned"}

    def test_visits_of_one_day_are_logged_together(self, desk: Desk, cases: list[int]) -> None:
        for case_id in cases[:2]:
            desk.district.do(
                case_id, "org_dept", "assign_instructor", {"instructor": "instructor.user", "no_conflict": True}
            )
        done = take(desk, "instructor", "log_visit", cases[:2], visited_on="2026-11-23", met="负责人", topics="宣讲会")
        assert "2 件已办理" in done.text
        assert all(desk.district.actions(case_id)[-1] == "log_visit" for case_id in cases[:2])

    def test_what_is_missing_is_said_and_what_was_entered_is_kept(self, desk: Desk, cases: list[int]) -> None:
        answer = fill(desk, "org_dept", "assign_instructor", cases, over_cap="人手不足", no_conflict="")
        assert answer.status_code == 422
        assert "请先核实并勾选" in answer.text
        assert "人手不足" in answer.text

    def test_nothing_ticked_leads_back_to_the_list(self, desk: Desk, cases: list[int]) -> None:
        for query in ("", "?case=", "?case=99999", "?case=1%3Bdrop", "?case=" + "9" * 30):
            assert "还没有勾选案件" in desk.page("org_dept", f"/cases/bulk{query}")
            assert "还没有勾选案件" in desk.page("org_dept", f"/cases/bulk/hold{query}")
        desk.page("org_dept", f"/cases/bulk/approve?case={cases[0]}", status=404)

    def test_an_instructor_of_another_area_is_refused(self, desk: Desk) -> None:
        far = desk.district.open("far")
        answer = fill(desk, "org_dept", "assign_instructor", [far], no_conflict="true")
        assert "0 件可以办理，1 件不能" in answer.text
        assert "没有可选派的指导员" in answer.text


def test_the_table_of_bulk_actions_names_what_the_process_has() -> None:
    process = shipped_definitions()["branch_formation"]
    for action, each in EACH.items():
        names = {field.name for field in process.transitions[action].fields}
        assert set(each) <= names
        assert not any(field.type == "rows" for field in process.transitions[action].fields)


def test_each_item_is_a_transaction_of_its_own(district: District) -> None:
    cases = [district.open(firm) for firm in FIRMS]
    items = tuple(Item(case_id, version=1 if case_id != cases[1] else 9) for case_id in cases)
    bulk = Bulk("hold", items, {"review_on": "2026-12-30"}, "停产", key="k")
    results = run_each(district.runtime, bulk, district.people["org_dept"])
    assert [result.is_done for result in results] == [True, False, True]
    again = run_each(district.runtime, bulk, district.people["org_dept"])
    assert [result.outcome.replayed for result in again if result.outcome] == [True, True]
    with district.db.reading() as session:
        held = select(func.count()).select_from(LedgerEntry).where(LedgerEntry.action == "hold")
        assert session.scalar(held) == 2


def test_what_no_item_could_mend_is_refused_as_a_whole(district: District) -> None:
    for bulk, field in (
        (Bulk("approve", (Item(1),)), "action"),
        (Bulk("hold", ()), "items"),
        (Bulk("hold", (Item(1), Item(1))), "items"),
        (Bulk("hold", tuple(Item(n) for n in range(1, MOST + 2))), "items"),
        (Bulk("hold", (Item(1),), key="k" * 201), "idempotency_key"),
    ):
        with pytest.raises(InvalidInput) as refused:
            run_each(district.runtime, bulk, district.people["org_dept"])
        assert set(refused.value.fields) == {field}


def test_the_industry_decides_between_two_of_the_same_town(district: District) -> None:
    case_id = district.open()
    with district.db.unit_of_work() as session:
        session.get_one(Enterprise, district.enterprises["first"]).industry = "汽车零部件制造业"
        session.get_one(InstructorProfile, district.people["other"]).expertise = ["软件", "制造业"]
    with district.db.reading() as session:
        bulk = Bulk("assign_instructor", (Item(case_id),), {"no_conflict": True})
        line = plan(session, district.runtime, bulk, district.people["org_dept"], district.runtime.today())[0]
    assert line.instructor is not None
    assert line.basis is not None
    assert (line.instructor.username, line.basis.zh) == (
        "other.user",
        "本镇（街道）；在带 0 家，上限 5；熟悉制造业",
    )


class TestApi:
    def test_many_cases_at_once_with_a_preview(self, sqlite_district: District) -> None:
        office = Office(sqlite_district)
        cases = [sqlite_district.open(firm) for firm in FIRMS]
        body: dict[str, Any] = {
            "action": "assign_instructor",
            "items": [{"case_id": case_id} for case_id in [*cases, 999]],
            "data": {"no_conflict": True},
        }
        seen = office("org_dept").post("/bulk/preview", body)
        assert (seen["allowed"], seen["refused"]) == (3, 1)
        assert seen["items"][0]["why"]["zh"].startswith("本镇")
        body["items"] = [
            {"case_id": line["case_id"], "data": {"instructor": line["instructor"] or "instructor.user"}}
            for line in seen["items"]
        ]
        key = {"Idempotency-Key": "one-key"}
        done = office("org_dept").post("/bulk", body, key)
        assert (done["done"], done["refused"]) == (3, 1)
        assert [item["status"] for item in done["items"]] == [200, 200, 200, 404]
        again = office("org_dept").post("/bulk", body, key)
        assert [item["replayed"] for item in again["items"]] == [True, True, True, False]

    def test_candidates_come_with_their_reason(self, sqlite_district: District) -> None:
        office = Office(sqlite_district)
        case_id = sqlite_district.open()
        office("org_dept").post("/industry", {"credit_code": sqlite_district.codes["first"], "industry": "软件业"})
        office("org_dept").post("/expertise", {"person": "other.user", "expertise": ["软件"]})
        found = office("org_dept").get(f"/cases/{case_id}/instructors")["items"]
        assert [one["username"] for one in found] == ["other.user", "instructor.user"]
        assert found[0]["why"] == {
            "zh": "本镇（街道）；在带 0 家，上限 5；熟悉软件",
            "en": "of this town; has 0 of at most 5; knows 软件",
        }
