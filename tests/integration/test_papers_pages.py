"""Making papers in the browser and over the API: form, preview, file, and the paper kept on its case."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from docx import Document

from tests.client import Office, Refused
from tests.desk import Desk
from tests.district import District
from tests.html_forms import form_to
from workflow.models import Document as StoredDocument
from workflow.models import LedgerContent

TYPED = {"business": "精密零件", "proposed_secretary": "张三", "contact": "王联系", "phone": "0574-88880000"}


def request_form(desk: Desk, case_id: int) -> dict[str, str]:
    address = f"/cases/{case_id}/papers/D06"
    return {**form_to(desk.page("instructor", address), address).fields, **TYPED}


def send(desk: Desk, who: str, address: str, fields: dict[str, Any]) -> Any:
    return desk.as_(who).post(address, {k: v for k, v in fields.items() if k != "csrf_token"})


def test_a_paper_is_previewed_fetched_and_kept_on_the_case(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")
    address = f"/cases/{case_id}/papers/D06"
    assert f'href="{address}"' in desk.page("instructor", f"/cases/{case_id}")
    fields = request_form(desk, case_id)

    preview = send(desk, "instructor", address, fields).text
    fetched = send(desk, "instructor", f"{address}/docx", fields)
    kept = send(desk, "instructor", f"{address}/keep", fields)

    assert "妥否，请批示。" in preview
    assert 'value="精密零件"' in preview
    assert fetched.headers["Content-Disposition"].startswith("attachment;")
    assert any("精密零件" in p.text for p in Document(io.BytesIO(fetched.data)).paragraphs)
    assert kept.location == f"/cases/{case_id}#documents"
    with desk.district.db.reading() as session:
        stored = session.get_one(StoredDocument, 1)
        entry = session.get_one(LedgerContent, (case_id, desk.district.case(case_id).version)).content["document"]
    assert (stored.code, stored.version, stored.sha256) == ("D06", 1, hashlib.sha256(fetched.data).hexdigest())
    assert entry["sha256"] == stored.sha256
    assert entry["made_from_version"] == entry_before(desk, case_id)
    got = desk.as_("clerk").get("/documents/1", buffered=True)
    assert got.data == fetched.data


def entry_before(desk: Desk, case_id: int) -> int:
    return desk.district.case(case_id).version - 1


def test_what_is_kept_is_what_was_read_through(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")
    address = f"/cases/{case_id}/papers/D06"
    preview = form_to(send(desk, "instructor", address, request_form(desk, case_id)).text, address).fields

    desk.district.set_members(5)
    changed = send(desk, "instructor", f"{address}/keep", preview)
    kept = send(desk, "instructor", f"{address}/keep", form_to(changed.text, address).fields)

    assert changed.status_code == 409
    assert "与预览的内容不一致" in changed.text
    assert "现有正式党员5名" in changed.text
    assert kept.status_code == 303
    assert desk.district.actions(case_id)[-1:] == ["attach_document"]


def test_what_is_missing_is_said_at_its_field_and_nothing_is_kept(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")
    fields = request_form(desk, case_id) | {"business": ""}
    for way in ("", "/docx", "/keep"):
        answer = send(desk, "instructor", f"/cases/{case_id}/papers/D06{way}", fields)
        assert answer.status_code == 422
        assert 'id="e-business"' in answer.text
    assert "attach_document" not in desk.district.actions(case_id)


def test_a_row_more_is_asked_of_whatever_address_is_open(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="approved")
    address = f"/cases/{case_id}/papers/D09"
    fields = form_to(desk.page("instructor", address), address).fields
    for way in ("", "/docx", "/keep"):
        page = send(desk, "instructor", f"{address}{way}", {**fields, "sheet.0.name": "张三", "add_row": "sheet"}).text
        assert 'name="sheet.1.name"' in page
        assert 'value="张三"' in page


def test_a_paper_whose_facts_are_not_there_yet_says_which_step_comes_first(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="candidates_cleared")
    answer = send(
        desk, "instructor", f"/cases/{case_id}/papers/D13", {"branch_name": "中共示例支部", "place": "会议室"}
    )
    assert answer.status_code == 422
    assert "请先记录选举结果" in answer.text


def test_a_paper_that_is_only_brought_or_unknown_or_on_a_finished_case_is_not_made(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open())
    for code in ("D01", "D99"):
        assert desk.as_("instructor").get(f"/cases/{case_id}/papers/{code}").status_code == 404
    assert desk.as_("instructor").get(f"/cases/{case_id}/papers/D06").status_code == 422
    assert "/papers/" not in desk.page("instructor", f"/cases/{case_id}")


def test_over_the_api_the_draft_says_what_is_asked_and_the_paper_is_kept(sqlite_district: District) -> None:
    office, case_id = Office(sqlite_district), sqlite_district.walk(sqlite_district.open(), until="ready")
    draft = office("instructor").get(f"/cases/{case_id}/papers/D06")
    assert set(draft["schema"]["required"]) - set(draft["known"]) == set(TYPED)
    data = {**draft["known"], **TYPED}
    stored = office("instructor").post(f"/cases/{case_id}/papers/D06", {"data": data})
    file = office("clerk").send("GET", f"/cases/{case_id}/documents/{stored['id']}").content
    assert (stored["code"], stored["sha256"]) == ("D06", hashlib.sha256(file).hexdigest())
    with pytest.raises(Refused) as refused:
        office("instructor").post(f"/cases/{case_id}/papers/D06", {"data": {**data, "committee_size": "many"}})
    assert list(refused.value.problem["fields"]) == ["committee_size"]


def test_a_paper_of_a_decision_asks_only_what_the_decision_left_open(sqlite_district: District) -> None:
    office, case_id = Office(sqlite_district), sqlite_district.walk(sqlite_district.open(), until="under_review")
    example = sqlite_district.example(case_id, "approver", "approve")
    sqlite_district.do(case_id, "approver", "approve", {k: v for k, v in example.items() if k != "elect_by"})
    address = f"/cases/{case_id}/papers/D08"
    assert list(office("clerk").get(address)["schema"]["properties"]) == ["elect_by"]
    stored = office("clerk").post(address, {"data": {"elect_by": "2026-12-31"}})
    file = office("clerk").send("GET", f"/cases/{case_id}/documents/{stored['id']}").content
    assert any("于2026年12月31日前" in p.text for p in Document(io.BytesIO(file)).paragraphs)
    assert stored["title"] == f"关于同意成立{example['branch_name']}的批复"


def test_a_decision_that_was_taken_back_is_no_ground_for_a_paper(sqlite_district: District) -> None:
    office, case_id = Office(sqlite_district), sqlite_district.walk(sqlite_district.open(), until="approved")
    sqlite_district.gesture(case_id, "approver", "take_back")
    with pytest.raises(Refused) as refused:
        office("clerk").post(f"/cases/{case_id}/papers/D08", {"data": {"elect_by": "2026-12-31"}})
    assert (refused.value.status, list(refused.value.problem["fields"])) == (422, ["decision"])
