"""Papers made from a case on its way to a branch: what they say, and the file they come as."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from tests.district import District, make_district
from workflow.database import Database
from workflow.documents.kinds import DOCX, kind_of
from workflow.engine.actors import load_actor
from workflow.papers.catalogue import catalogue
from workflow.papers.docx import as_docx
from workflow.papers.making import WORDINGS, draft, make
from workflow.papers.of_decisions import OF_DECISIONS
from workflow.papers.official import OfficialPaper

CONTACT = {"contact": "王联系", "phone": "0574-88880000"}
SHEET_ROW = {"sex": "female", "born": "1985年3月", "joined": "2010年7月", "position": "生产部经理"}
# code -> (where the case stands, who makes it, what is typed beside what is known, words the paper has to have)
MADE: Mapping[str, tuple[str, str, Mapping[str, Any], tuple[str, ...]]] = {
    "D03": (
        "instructor_assigned",
        "org_dept",
        {"unit": "区总工会", "post": "干事", "service_to": "2028-11-22", "number": "示组〔2026〕7号"},
        ("instructor（测试）", "区总工会", "干事", "示例first有限公司", "2026年11月23日", "2028年11月22日", "一、宣传"),
    ),
    "D06": (
        "ready",
        "instructor",
        {"business": "精密零件", "proposed_secretary": "张三", "request_no": "示企〔2026〕1号", **CONTACT},
        (
            *("非公有制企业", "职工60人", "正式党员3名、预备党员1名", "战斗堡垒", "《中国共产党支部工作条例（试行）》"),
            *(
                "拟单独成立党支部",
                "不设支部委员会",
                "张三同志任书记",
                "隶属甲镇商会党委",
                "妥否，请批示。",
                "党员花名册",
            ),
        ),
    ),
    "D08": (
        "approved",
        "clerk",
        {},
        (
            *("关于同意成立中共示例first有限公司支部的批复", "商党〔2026〕5号"),
            *("你单位《关于成立党支部的请示》（〔2026〕1号）收悉"),
            *("经2026年11月23日甲镇商会党委会议研究", "一、同意成立中共示例first有限公司支部，隶属甲镇商会党委。"),
            *("二、不设支部委员会，设书记1名", "于2026年12月23日前召开党员大会进行选举", "此复。"),
        ),
    ),
    "D09": (
        "candidates_submitted",
        "instructor",
        CONTACT,
        ("2026年11月23日召开党员大会", "等额", "张三", "女", "1985年3月", "2010年7月", "生产部经理", "书记"),
    ),
    "D11": (
        "candidates_submitted",
        "instructor",
        {},
        ("《中国共产党基层组织选举工作条例》", "设书记1名", "张三", "等额选举", "“○”", "选举有效", "一半，始得当选"),
    ),
    "D12": ("candidates_submitted", "instructor", {}, ("张三", "赞成", "不赞成", "另选人", "加盖党组织印章")),
    "D10": (
        "candidates_cleared",
        "clerk",
        {},
        ("商党〔2026〕5号", "中共示例first有限公司支部筹备组：", "候选人预备人选：书记候选人张三。", "此复。"),
    ),
    "D13": (
        "elected",
        "instructor",
        {"place": "企业会议室"},
        ("应到会（有选举权）3人", "实到会3人", "不计入应到会0人", "发出", "收回", "有效", "无效", "张三", "另选人：无"),
    ),
    "D15": (
        "elected",
        "instructor",
        {"place": "企业会议室", "chair": "李四", "division": [{"name": "张三", "duty": "主持全面工作"}], **CONTACT},
        ("应到会有选举权的党员3名，实到3名", "发出选票3张，收回3张", "张三同志当选为书记", "主持全面工作", "请审批"),
    ),
    "D16": (
        "result_confirmed",
        "clerk",
        {},
        (
            *("商党〔2026〕5号", "中共示例first有限公司支部：", "同意张三同志任中共示例first有限公司支部书记。"),
            "任期3年，自2026年11月23日起至2029年11月23日止。",
        ),
    ),
    "D17": (
        "result_confirmed",
        "clerk",
        {"filing_no": "商党备〔2026〕3号"},
        ("待编", "单独组建", "甲镇商会党委", "张三", "正式党员3名，预备党员1名", "商党〔2026〕5号", "2029年11月23日"),
    ),
    "D18": (
        "filed",
        "org_dept",
        {"filing_receipt_no": "组备〔2026〕8号", "remark": "已登记"},
        ("组备〔2026〕8号", "2026年11月23日", "备注：已登记"),
    ),
}
# What the committee says to a case that it sends back, and then refuses.
ASIDE: Mapping[str, tuple[str, Mapping[str, Any], tuple[str, ...]]] = {
    "D20": (
        "return",
        {},
        ("商党〔2026〕6号", "一、花名册缺少入党时间。", "二、营业执照不清楚。", "2026年12月3日前补正"),
    ),
    "D21": ("refuse", {}, ("商党〔2026〕6号", "一、花名册缺少入党时间。", "不予批准。理由如下：")),
}
REASONS = "花名册缺少入党时间。\n营业执照不清楚。"
WORDS = {code: row[3] for code, row in MADE.items()} | {code: row[2] for code, row in ASIDE.items()}


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Each paper, made where the case stands when it is wanted."""
    folder = tmp_path_factory.mktemp("papers")
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, folder / 'zujian.db')}")
    district = make_district(database, folder)
    files = walk_and_make(district)
    database.dispose()
    return files


def walk_and_make(district: District) -> dict[str, bytes]:
    case_id, files = district.open(), {}
    for code, (state, who, typed, _) in MADE.items():
        district.walk(case_id, until=state)
        files[code] = make_file(district, case_id, who, code, typed)
    aside = district.walk(district.open("second"), until="under_review")
    for code, (action, typed, _) in ASIDE.items():
        district.do(aside, "approver", action, reason=REASONS)
        files[code] = make_file(district, aside, "clerk", code, typed)
        if action == "return":
            district.do(aside, "instructor", "submit")
            district.do(aside, "clerk", "accept")
    return files


def make_file(district: District, case_id: int, who: str, code: str, typed: Mapping[str, Any]) -> bytes:
    with district.db.reading() as session:
        actor = load_actor(session, district.people[who], district.runtime.today())
        known = dict(draft(session, district.runtime, actor, case_id, code).known)
        if "sheet" in known:
            known["sheet"] = [row | SHEET_ROW for row in known["sheet"]]
        return make(session, district.runtime, actor, case_id, code, {**known, **typed}).as_docx()


def words_of(document: DocxDocument) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("code", WORDS)
def test_the_paper_says_all_it_has_to(code: str, made: dict[str, bytes]) -> None:
    text = words_of(Document(io.BytesIO(made[code])))
    assert [wanted for wanted in WORDS[code] if wanted not in text] == []


def test_every_kind_that_is_made_is_tried_here_and_has_its_wording() -> None:
    made_kinds = {code for code, kind in catalogue().kinds.items() if kind.is_made}
    assert made_kinds == WORDINGS.keys() | OF_DECISIONS
    assert made_kinds == set(WORDS)


@pytest.mark.parametrize("code", WORDS)
def test_the_page_is_that_of_an_official_paper(code: str, made: dict[str, bytes]) -> None:
    """GB/T 9704-2012: A4, the type area 156 x 225 mm behind margins of 37, 28, 26 and 35 mm."""
    document = Document(io.BytesIO(made[code]))
    (section,) = document.sections
    found = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(length / Mm(1)) for length in (section.page_width, section.page_height)] == [210, 297]
    assert [round(length / Mm(1)) for length in found] == [37, 28, 26, 35]
    assert document.settings.odd_and_even_pages_header_footer is True
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        (line,) = footer.paragraphs
        assert line.alignment is not None
        assert line.alignment.name == side
        assert "".join(text.text for text in line._p.iter(qn("w:t"))) == "— 1 —"
        assert [field.get(qn("w:instr")) for field in line._p.iter(qn("w:fldSimple"))] == ["PAGE"]
        assert {size.get(qn("w:val")) for size in line._p.iter(qn("w:sz"))} == {"28"}


@pytest.mark.parametrize("code", WORDS)
def test_letters_lines_and_indents_are_those_of_an_official_paper(code: str, made: dict[str, bytes]) -> None:
    document = Document(io.BytesIO(made[code]))
    title = next(p for p in document.paragraphs if p.runs and p.runs[0].font.size == Pt(22))
    assert fonts(title.runs[0]) == ("Times New Roman", "方正小标宋简体")
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    normal = document.styles["Normal"]
    assert (normal.font.size, normal.paragraph_format.line_spacing) == (Pt(16), Pt(28))
    assert normal.paragraph_format.line_spacing_rule == WD_LINE_SPACING.EXACTLY
    assert {said.get(qn("w:eastAsia")) for said in document.styles.element.iter(qn("w:lang"))} == {"zh-CN"}
    body = [p for p in document.paragraphs if indent(p, "firstLineChars") == "200"]
    assert body
    for line in body:
        for run in line.runs:
            latin, eastern = fonts(run)
            assert (latin, run.font.size) == ("Times New Roman", Pt(16))
            assert eastern == ("黑体" if re.match("[一二三四五六七八九十]+、", run.text) else "仿宋_GB2312")


def fonts(run: Run) -> tuple[str | None, str | None]:
    """The font for Latin letters and the one for East-Asian characters."""
    named = run._r.rPr.rFonts
    return named.get(qn("w:ascii")), named.get(qn("w:eastAsia"))


def indent(line: Paragraph, side: str) -> str | None:
    found = line._p.pPr.ind if line._p.pPr is not None else None
    return None if found is None else found.get(qn(f"w:{side}"))


def test_signature_day_and_number_stand_as_the_standard_says(made: dict[str, bytes]) -> None:
    texts = [p.text for p in Document(io.BytesIO(made["D17"])).paragraphs]
    lines = [text for text in texts if text]
    assert lines[0] == "商党备〔2026〕3号"
    assert lines[2] == "示例区委组织部："
    assert lines[-2:] == ["甲镇商会党委", "2026年11月23日"]
    assert [line for line in lines if "成立批复" in line] == ["附件：1.成立批复"]
    day = next(p for p in Document(io.BytesIO(made["D17"])).paragraphs if p.text == "2026年11月23日")
    assert (day.alignment, indent(day, "rightChars")) == (WD_ALIGN_PARAGRAPH.RIGHT, "400")


def test_a_request_has_its_contact_in_the_note_and_its_attachments_numbered(made: dict[str, bytes]) -> None:
    lines = [p.text for p in Document(io.BytesIO(made["D06"])).paragraphs if p.text]
    assert "（联系人：王联系，电话：0574-88880000）" in lines
    assert lines.index("附件：1.党员花名册") + 1 == lines.index("2.企业营业执照复印件")


def test_the_same_paper_has_the_same_bytes_on_another_day(made: dict[str, bytes]) -> None:
    paper = OfficialPaper("关于示例的通知", ("特此通知。",), "示例党委", date(2026, 3, 2))
    with time_machine.travel("2026-03-02T08:00:00Z"):
        first = as_docx(paper)
    with time_machine.travel("2031-07-01T09:30:00Z"):
        assert as_docx(paper) == first
    assert "2026年3月2日" in words_of(Document(io.BytesIO(first)))


def test_what_is_made_passes_the_check_of_what_is_brought(made: dict[str, bytes]) -> None:
    assert {kind_of("paper.docx", data) for data in made.values()} == {DOCX}
