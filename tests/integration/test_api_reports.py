"""Registers and reports over HTTP: a line entered once, counted, corrected; a report issued once and fetched again."""

from __future__ import annotations

import hashlib

import pytest

from tests.client import Office, Refused
from tests.desk import Desk

SPAN = {"from_on": "2026-01-01", "to_on": "2026-11-23"}


@pytest.fixture
def office(desk: Desk) -> Office:
    return Office(desk.district)


def test_a_line_is_entered_once_counted_and_corrected(desk: Desk, office: Office) -> None:
    client = office("org_dept")
    values = {"kind": "model", "enterprise_id": desk.district.codes["first"], "named_on": "2026-03-05"}
    key = {"Idempotency-Key": "one"}
    first = client.post("/registers/honours", {"values": values}, key)
    assert client.post("/registers/honours", {"values": values}, key) == first, "sent again, entered once"
    with pytest.raises(Refused, match="422"):
        client.post("/registers/honours", {"values": {**values, "named_on": "2026-03-06"}}, key)
    with pytest.raises(Refused, match="409"):
        client.post("/registers/honours", {"values": values})
    with pytest.raises(Refused, match="没有这一栏"):
        client.post("/registers/honours", {"values": {**values, "colour": "red"}})
    assert client.get("/reports/stage/figures/models", **SPAN)["rows"] == 1

    corrected = client.post(
        f"/registers/honours/{first['id']}/corrections",
        {"values": {**values, "kind": "harmonious_enterprise"}, "reason": "类别填错"},
    )
    history = client.get(f"/registers/honours/{corrected['id']}")["items"]
    assert [line["correction_reason"] for line in history] == ["类别填错", None]
    figures = {
        figure["code"]: figure["value"]
        for section in client.get("/reports/stage", **SPAN)["sections"]
        for figure in section["figures"]
    }
    assert (figures["models"], figures["harmonious_enterprises"]) == (0, 1)


def test_a_report_is_issued_once_and_its_file_is_the_one_that_was_kept(office: Office) -> None:
    client = office("social_work")
    key = {"Idempotency-Key": "november"}
    issued = [client.post("/reports/coverage/issues", {**SPAN, "work_coverage_base": "all"}, key) for _ in range(2)]
    assert issued[0] == issued[1]
    with pytest.raises(Refused, match="422"):
        client.post("/reports/stage/issues", SPAN, key)
    assert [one["number"] for one in client.get("/issued-reports")["items"]] == [issued[0]["number"]]
    files = issued[0]["files"]
    assert set(files) == {"text", "xlsx", "docx"}
    texts = {client.expect("GET", files["text"].removeprefix("/api/v1")).content.decode() for _ in range(2)}
    assert len(texts) == 1
    assert "全部企业" in texts.pop(), "the setting it was made by is said in it"
    assert len(issued[0]["digest"]) == len(hashlib.sha256().hexdigest())


def test_an_assessment_keeps_the_figures_of_its_day(desk: Desk, office: Office) -> None:
    desk.district.walk(desk.district.open("first"), until="training")
    client = office("org_dept")
    about = {"instructor_id": "instructor.user", "half_year": "2026-2"}
    client.post("/registers/plans", {"values": {**about, "visits": "6", "work": "每月走访"}})
    client.post("/registers/assessments", {"values": {**about, "mark": "excellent", "remark": "走访扎实"}})
    page = desk.page("org_dept", "/registers/assessments/1")
    assert "企业 1，走访 1（计划 6），推进 1，成立 0" in page
