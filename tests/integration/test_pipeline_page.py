"""The pipeline: every number on it opens a list that is exactly as long, for everybody who may see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from tests.busy import Busy, busy_district, busy_store, disable
from tests.desk import Desk
from tests.district import District
from workflow.engine.actors import load_actor
from workflow.queries.case_list import count_cases
from workflow.queries.figures import Figure
from workflow.queries.pipeline import Pipeline, pipeline
from workflow.queries.workload import workload

VIEWERS = ("org_dept", "social_work", "federation", "clerk", "town_approver", "other_clerk", "superior")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def busy(request: pytest.FixtureRequest) -> Iterator[Busy]:
    with busy_store(request, request.param) as found:
        yield found


@pytest.fixture(scope="module")
def busy_desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    with busy_store(request, "sqlite") as found:
        yield Desk(found.district)


class NumberLinks(HTMLParser):
    """The links of a page that lead to the list of cases, with the number each of them shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, int]] = []
        self._address = ""
        self._words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a" and re.fullmatch(r"/cases(\?.*)?", address):
            self._address, self._words = address, ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address:
            if number := re.search(r"\d+", self._words):
                self.found.append((self._address, int(number[0])))
            self._address = ""


def listed(desk: Desk, who: str, address: str) -> int:
    """How many cases a list says it has; the first page shows as many, where it is the only one."""
    page = desk.page(who, address)
    total = re.search(r"共 (\d+) 件", page)
    assert total is not None
    assert page.count('<td class="subject">') == int(total[1])
    return int(total[1])


def figures(found: Pipeline) -> list[Figure]:
    lines = [
        figure for line in found.stages for figure in (line.now, line.overdue, line.nobody, line.entered, line.left)
    ]
    cells = [figure for line in found.chambers for figure in (*line.figures, line.total)]
    return [found.total, found.overdue, found.nobody, *lines, *cells]


def seen(district: District, who: str) -> Pipeline:
    with district.db.reading() as session:
        today = district.runtime.today()
        actor = load_actor(session, district.people[who], today)
        return pipeline(session, actor, versions=district.runtime.versions(session), today=today)


@pytest.mark.parametrize(
    ("who", "page"),
    [
        *((who, "/pipeline") for who in VIEWERS[:6]),
        ("superior", "/pipeline"),
        ("instructor", "/process"),
        ("org_dept", "/process"),
    ],
)
def test_every_number_on_the_page_equals_the_list_it_opens(who: str, page: str, busy_desk: Desk) -> None:
    links = dict(NumberLinks(busy_desk.page(who, page)).found)
    assert len(links) >= 2
    for address, number in links.items():
        assert listed(busy_desk, who, address) == number, address


def test_every_number_still_holds_when_it_is_another_day(desk: Desk) -> None:
    cases = busy_district(desk.district)
    desk.district.do(cases["far_second"], "social_work", "hold", {"review_on": "2027-01-05"}, reason="企业搬迁")
    desk.district.clock.advance(days=40)
    for address, number in dict(NumberLinks(desk.page("org_dept", "/pipeline")).found).items():
        assert listed(desk, "org_dept", address) == number, address


def test_every_number_of_the_workload_equals_the_list_it_opens(desk: Desk) -> None:
    busy_district(desk.district)
    desk.district.clock.advance(days=400)
    links = NumberLinks(desk.page("org_dept", "/workload")).found
    # Three open cases, one of them late with the instructor; the link to the list to assign from carries no number.
    assert sorted(number for _, number in links) == [1, 3]
    for address, number in links:
        assert listed(desk, "org_dept", address) == number, address


@pytest.mark.parametrize("who", VIEWERS)
def test_every_figure_is_counted_as_its_list_is(who: str, busy: Busy) -> None:
    district = busy.district
    found = seen(district, who)
    with district.db.reading() as session:
        today = district.runtime.today()
        actor = load_actor(session, district.people[who], today)
        for figure in figures(found):
            counted = count_cases(
                session, actor, figure.wanted, versions=district.runtime.versions(session), today=today
            )
            assert figure.number == counted, figure


@pytest.mark.parametrize("who", VIEWERS)
def test_the_sums_add_up(who: str, busy: Busy) -> None:
    found = seen(busy.district, who)
    assert sum(line.now.number for line in found.stages) == found.total.number
    assert sum(line.total.number for line in found.chambers) == found.total.number
    assert sum(line.overdue.number for line in found.stages) == found.overdue.number
    assert sum(line.nobody.number for line in found.stages) == found.nobody.number
    for place, line in enumerate(found.stages):
        assert sum(chamber.figures[place].number for chamber in found.chambers) == line.now.number


def test_the_figures_are_those_of_the_district(busy: Busy) -> None:
    found = seen(busy.district, "org_dept")
    now = {line.stage.code: line.now.number for line in found.stages if line.now.number}
    assert now == {"none": 1, "training": 1, "application": 1, "approval": 1, "established": 1, "paused": 1}
    assert (found.total.number, found.overdue.number, found.nobody.number) == (6, 3, 1)
    assert [(line.chamber, line.total.number) for line in found.chambers] == [
        ("甲镇商会党委", 4),
        ("乙街道商会党支部", 2),
    ]


def test_a_committee_sees_its_own_area_only(busy: Busy) -> None:
    assert [line.chamber for line in seen(busy.district, "clerk").chambers] == ["甲镇商会党委"]
    assert seen(busy.district, "other_clerk").total.number == 2


def test_a_move_back_and_forth_counts_once_each_way(district: District) -> None:
    case_id = district.walk(district.open(), until="ready")
    district.do(case_id, "instructor", "unready", reason="有党员转出")
    district.do(case_id, "instructor", "mark_ready")
    found = {line.stage.code: line for line in seen(district, "org_dept").stages}
    assert (found["training"].entered.number, found["training"].left.number) == (1, 1)
    assert found["none"].entered.number == 1


def test_an_empty_area_says_why_and_leads_to_the_import(desk: Desk) -> None:
    page = desk.page("org_dept", "/pipeline")
    assert "还没有案件" in page
    assert 'href="/imports"' in page


def test_the_workload_names_an_instructor_who_left_and_still_has_cases(district: District) -> None:
    busy_district(district)
    disable(district, "instructor")
    with district.db.reading() as session:
        today = district.runtime.today()
        actor = load_actor(session, district.people["org_dept"], today)
        loads = workload(session, actor, versions=district.runtime.versions(session), usual_cap=5, today=today)
    by_name = {load.username: load for load in loads}
    assert (by_name["instructor.user"].in_service, by_name["instructor.user"].cases.number) == (False, 3)
    assert by_name["instructor.user"].last_visit is not None
    assert (by_name["other.user"].in_service, by_name["other.user"].cases.number) == (True, 0)


def test_only_managers_open_the_workload(desk: Desk) -> None:
    desk.page("clerk", "/workload", status=403)
    desk.page("instructor", "/pipeline", status=403)
