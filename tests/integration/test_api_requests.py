"""What cannot be read is refused in clear words: never half taken, never an error of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.client import Answer, Office, small_office
from tests.district import District

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def bodies() -> dict[str, bytes]:
    return {
        "nothing": b"",
        "not json": b"{",
        "not utf-8": b'{"credit_code": "\xff\xfe"}',
        "infinite": b'{"credit_code": Infinity}',
        "deep": b'{"a":' * 100_000,
        "deep and closed": b'{"a":' * 50 + b"1" + b"}" * 50,
        "half a pair": b'{"credit_code": "\\ud800"}',
        "nul": b'{"credit_code": "\\u0000"}',
        "nul in a name": b'{"credit\\u0000": 1}',
        "endless number": b'{"credit_code": ' + b"1" * 5000 + b"}",
    }


@pytest.fixture(scope="module")
def setting(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[District, Office]]:
    with small_office(sqlite_template, tmp_path_factory.mktemp("requests")) as made:
        made[0].open()
        yield made


@pytest.fixture
def office(setting: tuple[District, Office]) -> Office:
    return setting[1]


def sent(office: Office, body: bytes, headers: dict[str, str] = JSON) -> Answer:
    answer: Answer = office("org_dept").send("POST", "/cases", body=body, headers=headers)
    return answer


def test_a_body_that_cannot_be_read_is_400(office: Office, bodies: dict[str, bytes]) -> None:
    for name, body in bodies.items():
        answer = sent(office, body)
        assert (name, answer.status) == (name, 400)
        assert answer.json["detail"]


def test_a_json_body_of_megabytes_is_413(office: Office) -> None:
    answer = sent(office, b'{"credit_code": "' + b"9" * 2_000_000 + b'"}')
    assert answer.status == 413
    assert "1 MB" in answer.json["detail"]


@pytest.mark.parametrize("body", [b"null", b"[]", b'"text"', b"7", b"true"])
def test_json_that_is_no_object_is_refused(office: Office, body: bytes) -> None:
    answer = sent(office, body)
    assert (answer.status, list(answer.json["fields"])) == (422, ["body"])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_another_media_type_is_415_and_says_which_is_wanted(office: Office, kind: str) -> None:
    answer = sent(office, b"{}", {"Content-Type": kind})
    assert answer.status == 415
    assert "application/json" in answer.json["detail"]


def test_a_form_is_wanted_where_a_file_is(office: Office) -> None:
    answer = office("org_dept").send("POST", "/cases/1/documents", json={"code": "D03"})
    assert answer.status == 415


def test_an_unknown_member_is_refused_by_name(office: Office) -> None:
    answer = sent(office, json.dumps({"credit_code": "x", "state": "established"}).encode())
    assert answer.status == 422
    assert list(answer.json["fields"]) == ["state"]


def test_every_faulty_field_is_named_at_once(office: Office) -> None:
    body = {"expected_version": "3", "occurred_on": "23.11.2026", "reason": 7, "data": [], "actor": 1}
    answer = office("org_dept").send("POST", "/cases/1/actions/hold", json=body)
    assert answer.status == 422
    assert set(answer.json["fields"]) == set(body)


@pytest.mark.parametrize("day", ["2026-02-30", "2026-1-1", "20260101", "2026-W01-1", 0, "2026-01-01T00:00:00", True])
def test_a_day_is_written_one_way_only(office: Office, day: object) -> None:
    answer = office("org_dept").send("POST", "/cases/1/actions/hold", json={"occurred_on": day})
    assert (answer.status, list(answer.json["fields"])) == (422, ["occurred_on"])


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=1.0",
        "limit=%C2%B2",
        "overdue=maybe",
        "stage=nowhere",
        "state=nowhere",
        "cursor=made-up",
        "cursor=WzEsMl0",
        "month=2026-13",
        "month=9999-12",
        "instructor=me",
        "q=%00",
        "chambre=3",
        "stage=none&stage=assigned",
    ],
)
def test_a_parameter_that_cannot_be_taken_is_refused_by_name(office: Office, query: str) -> None:
    answer = office("org_dept").send("GET", f"/cases?{query}")
    assert (answer.status, list(answer.json["fields"])) == (422, [query.partition("=")[0]])


@pytest.mark.parametrize("limit", ["201", "1000000000", "9" * 40])
def test_a_limit_however_large_is_answered_with_the_limit_there_is(office: Office, limit: str) -> None:
    answer = office("org_dept").send("GET", f"/cases?limit={limit}")
    assert answer.status == 422
    assert "200" in str(answer.json["fields"]["limit"])


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/tokens", "POST"),
        ("PUT", "/cases", "GET"),
        ("DELETE", "/cases/1", "GET"),
        ("PATCH", "/cases/1", "GET"),
        ("GET", "/cases/1/actions/approve", "POST"),
        ("POST", "/cases/1/history", "GET"),
        ("DELETE", "/cases/1/documents/1", "GET"),
    ],
)
def test_a_wrong_method_is_405_and_says_which_are_right(office: Office, method: str, path: str, allowed: str) -> None:
    answer = office("org_dept").send(method, path)
    assert answer.status == 405
    assert allowed in answer.headers["Allow"]
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_number_no_store_can_hold_is_not_there(office: Office) -> None:
    assert office("org_dept").send("GET", f"/cases/{10**30}").status == 404


def test_a_refusal_is_chinese_unless_english_is_asked_for(office: Office) -> None:
    told = {
        wanted: office.stranger().send("GET", "/cases/1", headers={"Accept-Language": wanted})
        for wanted in ("en", "en-GB,en;q=0.9", "zh-CN,en;q=0.5", "fr", "*", "")
    }
    languages = {wanted: answer.headers["Content-Language"] for wanted, answer in told.items()}
    assert languages == {"en": "en", "en-GB,en;q=0.9": "en", "zh-CN,en;q=0.5": "zh", "fr": "zh", "*": "zh", "": "zh"}
    assert told["en"].json["title"] == "A valid token is needed"
    assert told["fr"].json["title"] == "需要有效的令牌"


def test_every_refusal_has_the_members_of_a_problem(office: Office) -> None:
    client = office("org_dept")
    answers = [
        office.stranger().send("GET", "/me"),
        client.send("GET", "/nowhere"),
        client.send("GET", "/cases/999"),
        client.send("PUT", "/me"),
        client.send("POST", "/cases", body=b"{", headers=JSON),
        client.send("POST", "/cases", json={}),
        client.send("POST", "/cases/1/actions/resume", json={"reason": "x"}),
        client.send("POST", "/cases/1/actions/approve", json={}),
    ]
    assert [answer.status for answer in answers] == [401, 404, 404, 405, 400, 422, 422, 403]
    for answer in answers:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert set(answer.json) >= {"type", "title", "status", "detail"}
        assert answer.json["status"] == answer.status


def test_an_error_of_ours_is_a_problem_too_and_says_nothing_of_its_cause(sqlite_district: District) -> None:
    office = Office(sqlite_district)
    client = office("org_dept")
    office.app.config["PROPAGATE_EXCEPTIONS"] = False
    with sqlite_district.db.unit_of_work() as session:
        session.execute(text("ALTER TABLE case_file RENAME TO gone"))
    answer = client.send("GET", "/cases")
    assert (answer.status, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert "case_file" not in answer.content.decode()
