"""Reports on the web: figures with definitions, their lists, downloads, and issuing once and for all."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import Executable, delete, text, update
from sqlalchemy.exc import DatabaseError

from tests.desk import Desk
from tests.html_forms import form_to
from tests.ledgers import workbook
from workflow.models import IssuedFile, IssuedReport

SPAN = "from=2026-01-01&to=2026-11-23"


def enter(desk: Desk, register: str, **values: str) -> int:
    """Enters a line by its form, and answers the status."""
    form = form_to(desk.page("org_dept", f"/registers/{register}/new"), f"/registers/{register}")
    return desk.send("org_dept", form, **values).status_code


def test_what_is_entered_is_counted_and_the_figure_opens_its_list(desk: Desk) -> None:
    code = desk.district.codes["first"]
    assert enter(desk, "honours", kind="model", enterprise_id=code, named_on="2026-03-05") == 303
    assert enter(desk, "activities", held_on="2026-03-06", town_id=str(desk.district.bodies["town"]), theme="读书活动",
                 participants="45", essays="14", suggestions="1") == 303  # fmt: skip
    page = desk.page("org_dept", f"/reports/stage?{SPAN}")
    for words in ("树立创先争优活动典型1个", "参与人数达45人", "按人次计"):
        assert words in page
    assert "示例first有限公司" in desk.page("org_dept", f"/reports/stage/figures/models?{SPAN}")
    assert "示例first有限公司" not in desk.page(
        "org_dept", "/reports/stage/figures/models?from=2025-01-01&to=2025-12-31"
    )
    english = desk.page("org_dept", f"/reports/stage?{SPAN}&lang=en")
    assert not re.search(
        "[\u4e00-\u9fff]",
        re.sub("<nav.*?</nav>|示例\\S*", "", english.split("<main")[1].split("</main")[0], flags=re.S),
    )


def test_a_line_is_corrected_by_another_line_and_withdrawn_by_a_third(desk: Desk) -> None:
    first, second = desk.district.codes["first"], desk.district.codes["second"]
    assert enter(desk, "honours", kind="model", enterprise_id=first, named_on="2026-03-05") == 303
    assert enter(desk, "honours", kind="model", enterprise_id=first, named_on="2026-03-05") == 422, "a double"
    assert enter(desk, "honours", kind="model", enterprise_id=first, named_on="2026-12-24") == 422, "a day to come"
    assert enter(desk, "honours", kind="model", enterprise_id="91330200000000000E", named_on="2026-03-05") == 422
    form = form_to(desk.page("org_dept", "/registers/honours/1"), "/registers/honours/1/correction")
    assert desk.send("org_dept", form, enterprise_id=second).status_code == 422, "without a reason"
    assert desk.send("org_dept", form, enterprise_id=second, correction_reason="填错企业").status_code == 303
    again = desk.send("org_dept", form, enterprise_id=first, key="other", correction_reason="再改")
    assert again.headers["Location"] == "/registers/honours/1", "it no longer stands"
    history = desk.page("org_dept", "/registers/honours/1")
    for words in ("示例first有限公司", "示例second有限公司", "填错企业"):
        assert words in history
    listed = desk.page("org_dept", f"/reports/stage/figures/models?{SPAN}")
    assert ("示例second有限公司" in listed, "示例first有限公司" in listed) == (True, False)

    taken = desk.as_("org_dept").post("/registers/honours/2/withdrawal", {"correction_reason": "重复命名"})
    assert taken.status_code == 303
    assert "示例second有限公司" not in desk.page("org_dept", f"/reports/stage/figures/models?{SPAN}")


def test_an_issued_report_stays_to_the_byte_whatever_happens_since(desk: Desk) -> None:
    code = desk.district.codes["first"]
    enter(desk, "honours", kind="model", enterprise_id=code, named_on="2026-03-05")
    issue = form_to(desk.page("org_dept", f"/reports/stage?{SPAN}"), "/reports/stage/issue")
    answers = [desk.send("org_dept", issue) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {"/reports/issued/1"}, "pressed twice, issued once"
    before = {kind: desk.as_("org_dept").get(f"/reports/issued/1/{kind}").data for kind in ("text", "xlsx", "docx")}
    enter(desk, "honours", kind="model", enterprise_id=desk.district.codes["second"], named_on="2026-03-06")
    desk.district.clock.advance(minutes=9)

    assert "树立创先争优活动典型2个" in desk.page("org_dept", f"/reports/stage?{SPAN}")
    after = {kind: desk.as_("org_dept").get(f"/reports/issued/1/{kind}").data for kind in before}
    assert after == before
    assert "树立创先争优活动典型1个" in before["text"].decode()
    with desk.district.db.reading() as session:
        stored = session.get_one(IssuedReport, 1)
        assert stored.digest == hashlib.sha256(stored.content.encode()).hexdigest()
    assert stored.digest in desk.page("org_dept", "/reports/issued/1")
    assert "/reports/issued/1" in desk.page("org_dept", "/reports")


@pytest.mark.parametrize(
    "statement", [update(IssuedReport).values(digest="x"), delete(IssuedFile), text("DELETE FROM honour")]
)
def test_neither_reports_nor_registers_can_be_changed_by_any_client(desk: Desk, statement: Executable) -> None:
    enter(desk, "honours", kind="model", enterprise_id=desk.district.codes["first"], named_on="2026-03-05")
    issue = form_to(desk.page("org_dept", f"/reports/stage?{SPAN}"), "/reports/stage/issue")
    desk.send("org_dept", issue)
    with pytest.raises(DatabaseError, match="append-only"), desk.district.db.unit_of_work() as session:
        session.execute(statement)


def test_days_that_make_no_period_are_refused_on_the_page(desk: Desk) -> None:
    assert "止日早于起日" in desk.page("org_dept", "/reports/stage?from=2026-05-01&to=2026-04-01", status=422)
    assert "请填写日期" in desk.page("org_dept", "/reports/stage?from=gestern", status=422)
    tomorrow = (date(2026, 11, 23) + timedelta(days=1)).isoformat()
    assert "报表" in desk.page("org_dept", f"/reports/stage?to={tomorrow}")


def test_a_ledger_is_tried_and_imported_on_the_page(desk: Desk) -> None:
    code = desk.district.codes["first"]
    sound = {"先进典型": [["示例first有限公司", code, "甲镇", "2026-04-02"]]}
    faulty = {"先进典型": [["示例first有限公司", code, "丙镇", "2026-04-02"]]}
    steps = [(faulty, "true", 422, "没有镇街“丙镇”"), (sound, "false", 200, "没有写入数据"),
             (sound, "true", 200, "已导入"), (sound, "true", 200, "没有变化")]  # fmt: skip
    for content, does_import, status, words in steps:
        file = (io.BytesIO(workbook(content)), "ledger.xlsx")
        answer = desk.as_("org_dept").post("/campaign-ledger", {"file": file, "import": does_import})
        assert (answer.status_code, words in answer.text) == (status, True), words
    assert "示例first有限公司" in desk.page("org_dept", f"/reports/stage/figures/models?{SPAN}")


def test_a_damaged_archive_is_not_handed_out_as_the_report(desk: Desk) -> None:
    issue = form_to(desk.page("org_dept", f"/reports/stage?{SPAN}"), "/reports/stage/issue")
    desk.send("org_dept", issue)
    with desk.district.db.unit_of_work() as session:
        session.execute(text("DROP TRIGGER issued_report_file_no_update"))
        session.execute(update(IssuedFile).where(IssuedFile.format == "text").values(data="另一份".encode()))
    assert "另一份" not in desk.page("org_dept", "/reports/issued/1/text", status=500)
    assert desk.as_("org_dept").get("/reports/issued/1/docx").status_code == 200
