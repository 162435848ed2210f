"""The list of cases: what each filter keeps, and pages that neither skip nor repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.busy import Busy, busy_district, busy_store, remove, rename
from tests.desk import Desk
from tests.district import District
from workflow.definition.library import shipped_definitions
from workflow.definition.versions import Versions
from workflow.engine.actors import load_actor
from workflow.errors import InvalidInput
from workflow.queries import cursor as cursors
from workflow.queries.case_filter import CaseFilter, read_filter
from workflow.queries.case_list import CaseRow, count_cases, list_cases
from workflow.queries.cursor import Page, read_cursor, write_cursor

PROCESS = shipped_definitions()["branch_formation"]
VERSIONS = Versions(PROCESS, {PROCESS.version: PROCESS})


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def busy(request: pytest.FixtureRequest) -> Iterator[Busy]:
    with busy_store(request, request.param) as found:
        yield found


def listed(district: District, who: str = "org_dept", **wanted: Any) -> Page[CaseRow]:
    options = {name: wanted.pop(name) for name in ("cursor", "limit") if name in wanted}
    with district.db.reading() as session:
        actor = load_actor(session, district.people[who], district.runtime.today())
        versions, today = district.runtime.versions(session), district.runtime.today()
        chosen = CaseFilter(**wanted)
        page = list_cases(session, actor, chosen, versions=versions, today=today, **options)
        assert page.total == count_cases(session, actor, chosen, versions=versions, today=today)
        return page


def firms(busy: Busy, who: str = "org_dept", **wanted: Any) -> set[str]:
    names = {case_id: firm for firm, case_id in busy.cases.items()}
    page = listed(busy.district, who, **wanted)
    assert page.total == len(page.rows)
    return {names[row.id] for row in page.rows}


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ({}, {"first", "second", "third", "fourth", "far", "far_second"}),
        ({"stage": "approval"}, {"first"}),
        ({"state": "training"}, {"second"}),
        ({"stage": "application", "state": "training"}, set()),
        ({"town": "甲镇"}, {"first", "second", "third", "fourth"}),
        ({"chamber": "乙街道商会"}, {"far", "far_second"}),
        ({"chamber": "%"}, set()),
        ({"open": True}, {"first", "second", "third", "far", "far_second"}),
        ({"overdue": True}, {"first", "third", "far_second"}),
        ({"nobody": True}, {"first"}),
        ({"entered": "application", "month": "2026-11"}, {"first", "third", "fourth"}),
        ({"left": "none", "month": "2026-11"}, {"first", "second", "third", "fourth", "far"}),
        ({"left": "none"}, set()),
        ({"q": "示例F"}, {"first", "fourth", "far", "far_second"}),
        ({"q": "9133020000000"}, {"first", "second", "third", "fourth", "far", "far_second"}),
        ({"q": "33020000000"}, set()),
        ({"q": "_"}, {"far_second"}),
    ],
)
def test_a_filter_keeps_exactly_its_cases(wanted: dict[str, Any], kept: set[str], busy: Busy) -> None:
    assert firms(busy, **wanted) == kept


def test_a_place_may_be_given_by_its_number(busy: Busy) -> None:
    district = busy.district
    assert firms(busy, chamber=str(district.bodies["other_chamber"])) == {"far", "far_second"}
    assert firms(busy, town=str(district.bodies["town"])) == {"first", "second", "third", "fourth"}


def test_people_filter_by_number(busy: Busy) -> None:
    instructor = busy.district.people["instructor"]
    assert firms(busy, instructor=instructor) == {"first", "second", "third", "fourth"}
    assert firms(busy, holder=instructor) == {"second"}
    assert firms(busy, "instructor", mine=True) == {"first", "second", "third", "fourth"}
    assert firms(busy, mine=True) == set()


def test_a_case_is_with_nobody_when_its_instructor_has_left(district: District) -> None:
    busy = Busy(district, busy_district(district))
    remove(district, "instructor")
    assert firms(busy, nobody=True) == {"first", "second"}


def test_a_case_is_with_nobody_when_no_manager_covers_it(district: District) -> None:
    busy = Busy(district, busy_district(district))
    remove(district, "social_work")
    assert firms(busy, "federation", nobody=True) == {"first"}
    remove(district, "org_dept")
    assert firms(busy, "federation", nobody=True) == {"first", "far", "far_second"}


def test_everybody_is_shown_the_own_area_only(busy: Busy) -> None:
    assert firms(busy, "clerk") == {"first", "second", "third", "fourth"}
    assert firms(busy, "other_clerk") == {"far", "far_second"}
    assert firms(busy, "other") == set()
    assert firms(busy, "admin") == set()
    assert firms(busy, "clerk", chamber=str(busy.district.bodies["other_chamber"])) == set()


def test_a_line_says_who_has_it_since_when_and_until_when(busy: Busy) -> None:
    district, cases = busy.district, busy.cases
    rows = {row.id: row for row in listed(district).rows}
    waiting = rows[cases["third"]]
    assert waiting.holder is not None
    assert (waiting.holder.zh, waiting.instructor) == ("甲镇商会党委", "instructor（测试）")
    assert waiting.due_on is not None
    assert waiting.due_on < district.runtime.today()
    training, done = rows[cases["second"]], rows[cases["fourth"]]
    assert training.holder is not None
    assert training.holder.zh == "instructor（测试）"
    assert (done.holder, done.due_on) == (None, None)


@pytest.mark.parametrize("dense", [5000, 0])
@pytest.mark.parametrize("limit", [1, 2, 4, 6])
def test_pages_show_every_case_once_in_one_order(
    limit: int, dense: int, busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = busy.cases
    monkeypatch.setattr(cursors, "DENSE", dense)
    seen: list[CaseRow] = []
    following: str | None = ""
    while following is not None:
        page = listed(busy.district, cursor=following, limit=limit)
        assert page.total == len(cases)
        seen.extend(page.rows)
        following = page.next_cursor
    assert sorted(row.id for row in seen) == sorted(cases.values())
    assert seen == sorted(seen, key=lambda row: (row.since, row.id))


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "WzEsMl0", "bnVsbA", "[]", "é", write_cursor("yesterday", 3), "A" * 9000]
)
def test_a_cursor_that_is_not_ours_is_refused_by_name(cursor: str, sqlite_district: District) -> None:
    with pytest.raises(InvalidInput) as refused:
        listed(sqlite_district, cursor=cursor)
    assert set(refused.value.fields) == {"cursor"}


@given(st.text(), st.integers(0, 2**63 - 1))
def test_a_cursor_reads_back_as_it_was_written(place: str, row_id: int) -> None:
    assert read_cursor(write_cursor(place, row_id)) == (place, row_id)


def test_a_filter_reads_back_from_its_address() -> None:
    wanted = CaseFilter(
        stage="training", town="甲镇", instructor=3, q="示例", overdue=True, entered="none", month="2026-03"
    )
    assert read_filter(wanted.as_args(), VERSIONS) == wanted


def test_every_bad_parameter_is_named() -> None:
    bad = {"stage": "nowhere", "state": "x", "overdue": "maybe", "instructor": "me", "month": "2026-13", "holder": "²"}
    with pytest.raises(InvalidInput) as refused:
        read_filter(bad, VERSIONS)
    assert set(refused.value.fields) == set(bad)


def test_the_page_keeps_what_was_asked_and_lets_go_of_each_condition(desk: Desk) -> None:
    cases = busy_district(desk.district)
    page = desk.page("org_dept", "/cases?stage=application&overdue=1&q=示例")
    assert f'href="/cases/{cases["third"]}"' in page
    assert f'href="/cases/{cases["second"]}"' not in page
    assert 'value="示例"' in page
    assert re.search(r'value="application" selected', page)
    chips = re.findall(r'class="chip" href="([^"]+)"', page)
    assert [chip.replace("&amp;", "&") for chip in chips] == [
        "/cases?stage=application&overdue=1",
        "/cases?q=%E7%A4%BA%E4%BE%8B&overdue=1",
        "/cases?stage=application&q=%E7%A4%BA%E4%BE%8B",
    ]


def test_a_search_again_keeps_the_conditions_that_have_no_field(desk: Desk) -> None:
    page = desk.page("org_dept", "/cases?state=training&open=1")
    assert '<input type="hidden" name="state" value="training">' in page
    assert '<input type="hidden" name="open" value="1">' in page


def test_an_unknown_parameter_value_is_answered_as_such(desk: Desk) -> None:
    assert "stage" in desk.page("org_dept", "/cases?stage=nowhere", status=422)


def test_a_list_with_nothing_says_why_and_leads_on(desk: Desk) -> None:
    assert "还没有案件" in desk.page("org_dept", "/cases")
    assert "没有符合这些条件的案件" in desk.page("org_dept", "/cases?stage=training")


def test_only_managers_are_led_to_assigning(desk: Desk) -> None:
    cases = busy_district(desk.district)
    address = f"/cases/{cases['far_second']}/actions/assign_instructor"
    assert address in desk.page("org_dept", "/cases")
    assert address not in desk.page("federation", "/cases")
    assert f"/cases/{cases['second']}/actions/reassign" in desk.page("social_work", "/cases")


def test_names_are_shown_as_text(desk: Desk) -> None:
    desk.district.open()
    rename(desk.district, "first", "<script>alert(1)</script>公司")
    page = desk.page("org_dept", "/cases")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("parameter", ["state", "stage", "entered"])
def test_an_address_that_asks_for_what_there_is_not_is_answered_in_words(desk: Desk, parameter: str) -> None:
    page = desk.page("org_dept", f"/cases?{parameter}=x", status=422)
    assert "地址里的筛选条件“x”不存在" in page
    assert "no_branch" not in page.split("<main", 1)[1]
    assert "training" not in page.split("<main", 1)[1]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("org_dept", "导入名册后"),
        ("instructor", "还没有选派给您的企业"),
        ("clerk", "主管部门导入名册后"),
        ("auditor", "安全审计员不查看案件"),
        ("admin", "系统管理员和安全审计员不查看案件"),
    ],
)
def test_an_empty_list_says_why_in_words_that_fit_the_role(desk: Desk, who: str, words: str) -> None:
    assert words in desk.page(who, "/cases")
