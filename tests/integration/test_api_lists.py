"""What the lists show: the caller's own part, page after page, equal to the figures above them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert

from tests.client import ROOT, ApiClient, Office, small_office
from tests.district import District
from workflow.models import Notice

Setting = tuple[District, Office]


@pytest.fixture(scope="module")
def setting(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    """Cases at several steps, in two towns; nothing here is changed by a test."""
    with small_office(sqlite_template, tmp_path_factory.mktemp("lists")) as (district, office):
        for firm, state in (("first", "no_branch"), ("second", "training"), ("third", "under_review")):
            district.walk(district.open(firm), until=state)
            district.clock.advance(hours=1)
        district.open("far")
        to_other = {"instructor": "other.user", "no_conflict": True}
        district.do(district.open("fourth"), "org_dept", "assign_instructor", to_other)
        _tell(district, "clerk", 5)
        _tell(district, "approver", 1)
        yield district, office


def _tell(district: District, who: str, how_many: int) -> None:
    words = {"zh": "一件事", "en": "a thing"}
    rows = [
        {
            "event": f"case:1:{number}",
            "user_id": district.people[who],
            "kind": "transition",
            "title": words,
            "body": words,
            "created_at": district.clock(),
        }
        for number in range(how_many)
    ]
    with district.db.unit_of_work() as session:
        session.execute(insert(Notice), rows)


@pytest.fixture
def office(setting: Setting) -> Office:
    return setting[1]


def names(client: ApiClient, path: str = "/cases", **parameters: Any) -> list[str]:
    key = "enterprise" if path != "/enterprises" else "name"
    return [row[key].removeprefix("示例").removesuffix("有限公司") for row in client.pages(path, **parameters)]


def at(client: ApiClient, address: str) -> Any:
    """What stands at an address the API itself gave."""
    parts = urlsplit(address)
    return client.expect("GET", f"{parts.path.removeprefix(ROOT)}?{parts.query}").json


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("org_dept", ["first", "second", "third", "fourth", "far"]),
        ("federation", ["first", "second", "third", "fourth", "far"]),
        ("superior", ["first", "second", "third", "fourth", "far"]),
        ("clerk", ["first", "second", "third", "fourth"]),
        ("other_approver", ["far"]),
        ("instructor", ["second", "third"]),
        ("other", ["fourth"]),
        ("admin", []),
        ("auditor", []),
    ],
)
def test_everybody_sees_the_cases_of_their_own_area_or_hand(who: str, seen: list[str], office: Office) -> None:
    assert sorted(names(office(who))) == sorted(seen)
    assert office(who).get("/cases")["total"] == len(seen)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"stage": "training"}, {"second"}),
        ({"state": "under_review"}, {"third"}),
        ({"stage": "training", "state": "under_review"}, set()),
        ({"chamber": "乙街道"}, {"far"}),
        ({"town": "甲镇"}, {"first", "second", "third", "fourth"}),
        ({"q": "示例sec"}, {"second"}),
        ({"q": "913302"}, {"first", "second", "third", "fourth", "far"}),
        ({"q": "%"}, set()),
        ({"overdue": "true"}, set()),
        ({"overdue": "false"}, {"first", "second", "third", "fourth", "far"}),
        ({"mine": "1"}, set()),
        ({"entered": "approval", "month": "2026-11"}, {"third"}),
        ({"entered": "approval", "month": "2026-10"}, set()),
    ],
)
def test_each_condition_narrows_the_list(asked: dict[str, str], found: set[str], office: Office) -> None:
    assert set(names(office("org_dept"), **asked)) == found


def test_overdue_is_what_stands_past_its_due_day(sqlite_district: District) -> None:
    sqlite_district.walk(sqlite_district.open("first"), until="submitted")
    sqlite_district.clock.advance(days=20)
    clerk = Office(sqlite_district)("clerk")
    assert names(clerk, overdue="true") == ["first"]
    assert [card["urgency"] for card in clerk.pages("/inbox")] == ["overdue"]
    assert clerk.get("/inbox")["overdue"] == 1


@pytest.mark.parametrize(
    ("who", "path"),
    [("clerk", "/cases"), ("clerk", "/enterprises"), ("clerk", "/notices"), ("org_dept", "/inbox")],
)
@pytest.mark.parametrize("size", [1, 2, 200])
def test_pages_show_every_row_once_whatever_their_size(who: str, path: str, size: int, office: Office) -> None:
    client = office(who)
    whole = client.get(path)["items"]
    assert whole
    assert list(client.pages(path, limit=size)) == whole


def test_a_page_goes_on_where_the_last_one_ended_when_rows_came_meanwhile(sqlite_district: District) -> None:
    _tell(sqlite_district, "clerk", 3)
    clerk = Office(sqlite_district)("clerk")
    first = clerk.get("/notices", limit=2)
    with sqlite_district.db.unit_of_work() as session:
        words = {"zh": "新", "en": "new"}
        row = {"event": "case:9:9", "user_id": sqlite_district.people["clerk"], "kind": "transition"}
        session.execute(insert(Notice).values(**row, title=words, body=words, created_at=sqlite_district.clock()))
    second = clerk.get("/notices", limit=2, cursor=first["next_cursor"])
    assert [n["event"] for n in first["items"] + second["items"]] == ["case:1:2", "case:1:1", "case:1:0"]


@pytest.mark.parametrize("who", ["org_dept", "clerk", "other_approver", "instructor", "federation", "auditor"])
def test_every_figure_of_the_pipeline_equals_its_list(who: str, office: Office) -> None:
    client = office(who)
    told = client.get("/pipeline")
    figures = [stage[name] for stage in told["stages"] for name in ("now", "overdue", "nobody", "entered", "left")]
    figures += [told[name] for name in ("total", "overdue", "nobody")]
    figures += [figure for line in told["chambers"] for figure in (*line["figures"], line["total"])]
    for figure in figures:
        assert at(client, figure["cases"])["total"] == figure["number"], figure
    assert told["total"]["number"] == sum(stage["now"]["number"] for stage in told["stages"])


def test_the_pipeline_counts_the_cases_at_each_stage(office: Office) -> None:
    stages = {line["stage"]: line["now"]["number"] for line in office("org_dept").get("/pipeline")["stages"]}
    assert {stage: number for stage, number in stages.items() if number} == {
        "none": 2,
        "assigned": 1,
        "training": 1,
        "approval": 1,
    }


def test_an_enterprise_is_found_by_its_code_with_where_its_case_stands(setting: Setting, office: Office) -> None:
    code = setting[0].codes["third"]
    found = office("org_dept").get(f"/enterprises/{code.lower()}")
    assert (found["credit_code"], found["state"], found["stage"]) == (code, "under_review", "approval")
    assert office("org_dept").case(found["case_id"])["figures"]["name"] == found["name"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"first", "second", "third", "fourth", "far", "far_second"}),
        ({"q": "far"}, {"far", "far_second"}),
        ({"town": "乙街道"}, {"far", "far_second"}),
        ({"stage": "training"}, {"second"}),
        ({"covered": "true"}, set()),
    ],
)
def test_enterprises_are_narrowed_by_word_town_and_stage(
    asked: dict[str, str], found: set[str], office: Office
) -> None:
    assert set(names(office("org_dept"), "/enterprises", **asked)) == found


def test_an_enterprise_elsewhere_reads_like_one_that_is_not_there(setting: Setting, office: Office) -> None:
    hidden = office("clerk").send("GET", f"/enterprises/{setting[0].codes['far']}")
    missing = office("clerk").send("GET", "/enterprises/91330200MA2AH6C3XX")
    assert (hidden.status, missing.status) == (404, 404)
    assert hidden.content == missing.content
    for path in ("%00", "%ED%A0%80", "x" * 3000):
        assert office("clerk").send("GET", f"/enterprises/{path}").status == 404


def test_the_inbox_names_the_step_that_waits(office: Office) -> None:
    cards = {card["enterprise"]: card["action"] for card in office("approver").pages("/inbox")}
    assert cards == {"示例third有限公司": "approve"}
    assert {card["action"] for card in office("org_dept").pages("/inbox")} == {"assign_instructor"}


def test_a_notice_is_read_once_and_only_by_its_reader(sqlite_district: District) -> None:
    _tell(sqlite_district, "clerk", 2)
    office = Office(sqlite_district)
    clerk, newest = office("clerk"), office("clerk").get("/notices")["items"][0]
    assert newest["read_at"] is None
    path = f"/notices/{newest['id']}/read"
    assert office("approver").send("POST", path).status == 404
    assert clerk.send("POST", path).status == 204
    sqlite_district.clock.advance(minutes=5)
    assert clerk.send("POST", path).status == 204
    assert clerk.get("/notices")["items"][0]["read_at"] == "2026-11-23T02:00:00Z"
    assert clerk.get("/notices", unread="true")["total"] == 1
