"""Bringing papers and fetching them: what is taken, by whom, and how it comes back."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.desk import Desk
from tests.district import PDF
from workflow.documents.store import DocumentStore
from workflow.errors import StoreFull
from workflow.models import Document


def bring(desk: Desk, who: str, case_id: int, code: str, name: str = "请示.pdf", data: bytes = PDF) -> TestResponse:
    """Sends the upload form as a browser does. The body is written by hand: the test client leaks large files."""
    visitor = desk.as_(who)
    parts = [
        f'--part\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in {"csrf_token": visitor.token(), "code": code, "title": ""}.items()
    ]
    head = f'--part\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return visitor.client.post(
        f"/cases/{case_id}/documents",
        data=b"".join([*parts, head, data, b"\r\n--part--\r\n"]),
        content_type="multipart/form-data; boundary=part",
        base_url="http://localhost",
        headers={"Referer": "http://localhost/"},
    )


def stored(desk: Desk, number: int) -> Document:
    with desk.district.db.reading() as session:
        return session.get_one(Document, number)


def test_a_paper_is_brought_shown_and_fetched_again(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")

    answer = bring(desk, "instructor", case_id, "D06", "关于成立党支部的请示.pdf")
    page = desk.page("instructor", f"/cases/{case_id}")
    got = desk.as_("clerk").get("/documents/1", buffered=True)

    assert answer.location == f"/cases/{case_id}#documents"
    assert "已上传：关于成立党支部的请示。本步骤还缺：企业基本情况登记表、党员花名册。" in page
    assert got.data == PDF
    assert got.mimetype == "application/pdf"
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "%E5%85%B3%E4%BA%8E" in got.headers["Content-Disposition"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cache-Control"] == "private, no-store"
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_name_in_the_store_is_never_shown(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")
    bring(desk, "instructor", case_id, "D06")
    secret = stored(desk, 1).stored_name

    shown = desk.page("instructor", f"/cases/{case_id}") + desk.page("instructor", f"/cases/{case_id}/documents")

    assert secret not in shown
    assert secret not in str(desk.as_("instructor").get("/documents/1", buffered=True).headers)


def test_a_newer_version_keeps_the_older_one(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")
    for name in ("第一稿.pdf", "第二稿.pdf"):
        bring(desk, "instructor", case_id, "D06", name)

    page = desk.page("instructor", f"/cases/{case_id}/documents")

    assert page.index("第二稿.pdf") < page.index("第一稿.pdf")
    assert "第 2 版" in page


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.exe", b"MZ program", "只接受 PDF、JPG、PNG、DOCX、XLSX 文件"),
        ("a.pdf", b"", "文件是空的"),
        ("a.docx", PDF, "与文件名不符"),
        ("a.pdf", b"a page saved as text", "文件内容与扩展名不符：这不是真正的 PDF（.pdf），请重新导出或拍照上传"),
        ("a.pdf", b"%PDF-" + b"0" * (20 * 1024 * 1024), "文件超过 20 MB"),
        ("", b"", "请选择要上传的文件"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_in_words_at_its_field(
    desk: Desk, name: str, data: bytes, words: str
) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")

    answer = bring(desk, "instructor", case_id, "D06", name, data)

    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="e-file"' in answer.text
    assert '<option value="D06" selected>' in answer.text


def test_a_workbook_with_macros_is_refused(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/vbaProject.bin", "macro")

    assert "文件含有宏" in bring(desk, "instructor", case_id, "D02", "名册.xlsx", book.getvalue()).text


def test_only_kinds_this_person_may_bring_are_offered_and_taken(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")

    offered = desk.page("clerk", f"/cases/{case_id}/documents/new")

    assert '<option value="D07"' in offered
    assert '<option value="D06"' not in offered
    assert bring(desk, "clerk", case_id, "D06").status_code == 403
    assert bring(desk, "clerk", case_id, "D99").status_code == 422


def test_the_kind_comes_chosen_with_the_link(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")

    page = desk.page("instructor", f"/cases/{case_id}/documents/new?code=D02")

    assert '<option value="D02" selected>' in page


def test_papers_of_a_case_one_may_not_see_are_not_there(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")
    bring(desk, "instructor", case_id, "D06")

    stranger = desk.as_("other_clerk")

    for path in (f"/cases/{case_id}/documents", f"/cases/{case_id}/documents/new", "/documents/1", "/documents/77"):
        assert stranger.get(path).status_code == 404
    assert bring(desk, "other_clerk", case_id, "D07").status_code == 404


def test_a_finished_case_takes_no_more_papers_and_offers_no_form(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open())

    page = desk.page("instructor", f"/cases/{case_id}/documents/new")

    assert "案件已办结" in page
    assert '<input class="input" type="file"' not in page
    assert bring(desk, "instructor", case_id, "D04").status_code == 422


def test_a_paper_for_which_there_is_no_room_is_refused_and_leaves_no_part_behind(tmp_path: Path) -> None:
    root = tmp_path / "documents"
    root.write_text("something stands in the way")
    with pytest.raises(StoreFull):
        DocumentStore(root).put(b"%PDF-1.4")
    assert list(tmp_path.iterdir()) == [root]
