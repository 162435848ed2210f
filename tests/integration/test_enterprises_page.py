"""The enterprises: who sees which, how they are found, and opening the case of one."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from tests.desk import Desk
from tests.district import District
from workflow.engine.actors import load_actor
from workflow.errors import NotFound
from workflow.models import Enterprise
from workflow.queries.cursor import Page
from workflow.queries.enterprises import EnterpriseFilter, EnterpriseRow, enterprise_by_code, list_enterprises


def listed(district: District, who: str = "org_dept", **wanted: Any) -> Page[EnterpriseRow]:
    options = {name: wanted.pop(name) for name in ("cursor", "limit") if name in wanted}
    with district.db.reading() as session:
        actor = load_actor(session, district.people[who], district.runtime.today())
        versions = district.runtime.versions(session)
        return list_enterprises(session, actor, EnterpriseFilter(**wanted), versions=versions, **options)


def names(district: District, who: str = "org_dept", **wanted: Any) -> list[str]:
    page = listed(district, who, **wanted)
    assert page.total == len(page.rows)
    return [row.name.removeprefix("示例").removesuffix("有限公司") for row in page.rows]


def mark_covered(district: District, firm: str) -> None:
    with district.db.unit_of_work() as session:
        session.execute(update(Enterprise).where(Enterprise.id == district.enterprises[firm]).values(has_branch=True))


def test_each_filter_keeps_exactly_its_enterprises(district: District) -> None:
    district.walk(district.open("first"), until="training")
    district.open("far")
    mark_covered(district, "fourth")
    everyone = ["first", "second", "third", "fourth", "far", "far_second"]
    assert names(district) == everyone
    assert names(district, stage="training") == ["first"]
    assert names(district, stage="none") == ["far"]
    assert names(district, covered=True) == ["fourth"]
    assert names(district, town="乙街道") == ["far", "far_second"]
    assert names(district, town=str(district.bodies["town"])) == everyone[:4]
    assert names(district, town="甲镇商会") == []
    assert names(district, q="far") == ["far", "far_second"]
    assert names(district, q=district.codes["third"].lower()) == ["third"]


def test_the_stage_of_an_enterprise_is_that_of_its_newest_case(district: District) -> None:
    closing = {"close_code": "stopped"}
    district.do(district.open("first"), "org_dept", "close", closing, reason="企业停业")
    assert names(district, stage="ended") == ["first"]
    newest = district.open("first")
    assert names(district, stage="ended") == []
    assert [row.case_id for row in listed(district, stage="none").rows] == [newest]


def test_everybody_sees_the_own_area_only(district: District) -> None:
    district.walk(district.open("first"), until="instructor_assigned")
    assert names(district, "clerk") == ["first", "second", "third", "fourth"]
    assert names(district, "other_clerk") == ["far", "far_second"]
    assert names(district, "instructor") == ["first"]
    assert names(district, "other") == []
    with district.db.reading() as session:
        versions, code = district.runtime.versions(session), district.codes["far"]
        clerk = load_actor(session, district.people["clerk"], district.runtime.today())
        with pytest.raises(NotFound):
            enterprise_by_code(session, clerk, code, versions=versions)
        manager = load_actor(session, district.people["org_dept"], district.runtime.today())
        assert enterprise_by_code(session, manager, code.lower(), versions=versions).credit_code == code


@pytest.mark.parametrize("limit", [1, 4, 6])
def test_pages_show_every_enterprise_once(limit: int, district: District) -> None:
    seen: list[int] = []
    following: str | None = ""
    while following is not None:
        page = listed(district, cursor=following, limit=limit)
        seen.extend(row.id for row in page.rows)
        following = page.next_cursor
    assert seen == sorted(district.enterprises.values())


def test_the_page_shows_head_counts_over_time_and_its_cases(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    counted = {
        "full_members": 5,
        "probationary_members": 0,
        "activists": 1,
        "applicants": 2,
        "counted_on": "2026-11-20",
    }
    desk.district.do(case_id, "instructor", "record_headcount", counted)
    page = desk.page("org_dept", f"/enterprises/{desk.district.enterprises['first']}")
    assert "2026-11-20" in page
    assert "2026-11-23" in page
    assert f'href="/cases/{case_id}"' in page
    assert "为该企业立案" not in page


def test_a_manager_opens_the_case_of_an_enterprise(desk: Desk) -> None:
    address = f"/enterprises/{desk.district.enterprises['second']}"
    assert "为该企业立案" in desk.page("social_work", address)
    assert "为该企业立案" not in desk.page("clerk", address)
    answer = desk.as_("social_work").post(f"{address}/case")
    assert answer.status_code == 303
    assert desk.district.state(int(answer.headers["Location"].rpartition("/")[2])) == "no_branch"
    again = desk.as_("social_work").post(f"{address}/case")
    assert again.headers["Location"] == address
    assert "已有在办案件" in desk.page("social_work", address)


def test_an_enterprise_with_a_branch_gets_no_case(desk: Desk) -> None:
    mark_covered(desk.district, "second")
    address = f"/enterprises/{desk.district.enterprises['second']}"
    assert "为该企业立案" not in desk.page("org_dept", address)
    desk.as_("org_dept").post(f"{address}/case")
    assert "已有党组织，无须立案" in desk.page("org_dept", address)


def test_what_lies_outside_the_area_is_not_there(desk: Desk) -> None:
    address = f"/enterprises/{desk.district.enterprises['far']}"
    desk.page("clerk", address, status=404)
    desk.page("instructor", address, status=404)
    assert desk.as_("clerk").post(f"{address}/case").status_code == 403
    desk.page("org_dept", "/enterprises/999999", status=404)


def test_an_empty_list_says_why(desk: Desk) -> None:
    assert "没有符合这些条件的企业" in desk.page("org_dept", "/enterprises?q=没有这家")
    assert "还没有企业" in desk.page("other", "/enterprises")
