"""The tree of organisations: everybody's own part of it, each type and who is there."""

from __future__ import annotations

import re

from sqlalchemy import update

from tests.busy import disable
from tests.desk import Desk
from tests.district import District
from workflow.engine.actors import load_actor
from workflow.models import Organisation
from workflow.queries.organisations import Body, organisation_tree


def tree(district: District, who: str) -> list[Body]:
    with district.db.reading() as session:
        today = district.runtime.today()
        return organisation_tree(session, load_actor(session, district.people[who], today), today)


def test_each_body_stands_below_its_parent(district: District) -> None:
    assert [(body.organisation.name, body.depth) for body in tree(district, "admin")] == [
        ("示例区委", 0),
        ("示例区委组织部", 1),
        ("示例区委社会工作部", 1),
        ("示例区工商联", 1),
        ("甲镇党委", 1),
        ("甲镇商会党委", 2),
        ("乙街道党工委", 1),
        ("乙街道商会党支部", 2),
    ]


def test_people_are_counted_by_role_and_those_who_left_are_not(district: District) -> None:
    disable(district, "approver")
    people = {body.organisation.name: dict(body.people) for body in tree(district, "org_dept")}
    assert people["甲镇党委"] == {"approver": 1, "instructor": 2}
    assert people["甲镇商会党委"] == {"clerk": 1}
    assert people["乙街道商会党支部"] == {}


def test_a_committee_would_see_its_own_part_and_an_instructor_nothing(district: District) -> None:
    assert [body.organisation.name for body in tree(district, "clerk")] == ["甲镇商会党委"]
    assert tree(district, "instructor") == []


def test_the_page_names_the_command_where_a_type_is_not_known(desk: Desk) -> None:
    assert "set-type" not in desk.page("admin", "/organisations")
    with desk.district.db.unit_of_work() as session:
        chamber = desk.district.bodies["chamber"]
        session.execute(update(Organisation).where(Organisation.id == chamber).values(type="unspecified"))
    page = desk.page("admin", "/organisations")
    assert re.search(r"有 1 个组织的类型待定.*zujian org set-type", page, re.DOTALL)
