"""Papers over the API: brought by whom they are for, fetched by whom may see the case, refused in clear words."""

from __future__ import annotations

import hashlib

import pytest

from tests.client import PDF, ApiClient, Office, Refused
from tests.district import District

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def office(sqlite_district: District) -> Office:
    return Office(sqlite_district)


@pytest.fixture
def case_id(sqlite_district: District) -> int:
    return sqlite_district.walk(sqlite_district.open(), until="ready")


def refused_upload(client: ApiClient, case_id: int, code: str, content: bytes, filename: str) -> Refused:
    with pytest.raises(Refused) as caught:
        client.upload(case_id, code, content, filename)
    return caught.value


def test_what_is_fetched_is_what_was_brought(office: Office, case_id: int) -> None:
    stored = office("instructor").upload(case_id, "D06", PNG, "请示.png", title="成立请示")
    assert (stored["code"], stored["version"], stored["title"]) == ("D06", 1, "成立请示")
    assert stored["sha256"] == hashlib.sha256(PNG).hexdigest()
    answer = office("clerk").send("GET", f"/cases/{case_id}/documents/{stored['id']}")
    assert (answer.status, answer.content, answer.headers["Content-Type"]) == (200, PNG, "image/png")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_list_says_what_is_wanted_and_who_may_bring_it(office: Office, case_id: int) -> None:
    papers = {paper["code"]: paper for paper in office("instructor").get(f"/cases/{case_id}/documents")["items"]}
    assert {code for code, paper in papers.items() if paper["is_missing"]} == {"D01", "D02", "D06"}
    assert papers["D06"]["may_bring"] is True
    assert papers["D08"]["may_bring"] is False
    office("instructor").upload(case_id, "D06")
    office("instructor").upload(case_id, "D06", title="second")
    paper = next(p for p in office("clerk").get(f"/cases/{case_id}/documents")["items"] if p["code"] == "D06")
    assert [(v["version"], v["title"]) for v in paper["versions"]] == [
        (2, "second"),
        (1, "关于成立党支部的请示"),
    ]


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (b"", "empty.pdf"),
        (b"MZ\x90\x00 a program", "letter.pdf"),
        (b"<svg onload='alert(1)'/>", "picture.svg"),
        (b"PK\x03\x04 not a real archive", "letter.docx"),
        (PNG, "picture.pdf"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_with_its_reason(
    content: bytes, filename: str, office: Office, case_id: int
) -> None:
    refusal = refused_upload(office("instructor"), case_id, "D06", content, filename)
    assert (refusal.status, list(refusal.problem["fields"])) == (422, ["file"])
    assert office("instructor").get(f"/cases/{case_id}/history")["items"][-1]["action"] != "attach_document"


def test_a_paper_is_brought_by_those_it_is_for(office: Office, case_id: int) -> None:
    assert refused_upload(office("clerk"), case_id, "D06", PDF, "a.pdf").status == 403
    assert refused_upload(office("other"), case_id, "D06", PDF, "a.pdf").status == 404
    assert refused_upload(office("instructor"), case_id, "D99", PDF, "a.pdf").problem["fields"].keys() == {"code"}


def test_a_form_without_a_file_or_with_a_member_too_many_is_refused_by_name(office: Office, case_id: int) -> None:
    for members in ({"code": "D06"}, {"code": "D06", "version": "7"}, {"code": "D\x0006"}):
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = office("instructor").send("POST", f"/cases/{case_id}/documents", body=form(members), headers=headers)
        faulty = {"file"} | {name for name, value in members.items() if value != "D06"}
        assert (answer.status, set(answer.json["fields"])) == (422, faulty)


def form(members: dict[str, str]) -> bytes:
    parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in members.items()]
    return "".join([*parts, "--x--\r\n"]).encode()


def test_a_paper_of_another_case_is_not_found_under_this_one(office: Office, sqlite_district: District) -> None:
    first = sqlite_district.walk(sqlite_district.open("first"), until="instructor_assigned")
    second = sqlite_district.open("second")
    sqlite_district.do(second, "org_dept", "assign_instructor", {"instructor": "other.user", "no_conflict": True})
    stored = office("instructor").upload(first, "D01")
    assert office("clerk").send("GET", f"/cases/{second}/documents/{stored['id']}").status == 404
    assert office("other").send("GET", f"/cases/{first}/documents/{stored['id']}").status == 404
    assert office("other").send("GET", f"/cases/{second}/documents/{stored['id']}").status == 404
    assert office("instructor").send("GET", f"/cases/{first}/documents/{stored['id']}").status == 200


def test_a_finished_case_takes_no_papers(office: Office, case_id: int, sqlite_district: District) -> None:
    office("org_dept").act(case_id, "close", {"close_code": "moved_out"}, reason="moved")
    refusal = refused_upload(office("org_dept"), case_id, "D03", PDF, "a.pdf")
    assert (refusal.status, refusal.problem["problems"][0]["code"]) == (422, "STATE")
