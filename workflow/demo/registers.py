"""The demo's registers: contact points, stations, activities, honours and targets of the past year, all invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from sqlalchemy import select

from workflow.demo.district import DemoDistrict, Town
from workflow.demo.names import Names
from workflow.models import Enterprise
from workflow.registers import record_line, register_of
from workflow.runtime import Runtime

LEADERS = ("区委常委", "副区长", "区人大副主任", "区政协副主席", "镇党委书记", "街道党工委书记")
THEMES = ("读书活动", "我为企业发展献一计", "争当创业标兵", "诚信经营、优质服务")
HONOURS = ("demonstration_site", "model", "harmonious_enterprise")
PRIORITIES = (
    ("high_tech", "高新技术企业，研发人员多"),
    ("small_tech", "科技型中小企业，职工年轻"),
    ("growing", "三年内产值翻番"),
)
# Goals of the kind districts set (domain section 5.3): name, least staff, most staff, has a member, metric, percent.
TARGETS = (
    ("百人以上企业有党组织", "100", "", "", "organisation", "60"),
    ("五十人以上企业有党员", "50", "", "", "member", "100"),
    ("有党员的企业有党组织", "", "", "true", "organisation", "40"),
    ("未建企业派指导员", "", "", "", "work", "80"),
)
Lines = Iterator[tuple[str, Mapping[str, str]]]


def fill_registers(runtime: Runtime, district: DemoDistrict, names: Names) -> None:
    """Enters each line as the social work department would; the same district every time."""
    with runtime.db.reading() as session:
        codes = {
            town.body.id: list(
                session.scalars(
                    select(Enterprise.credit_code).where(Enterprise.town_id == town.body.id).order_by(Enterprise.id)
                )
            )
            for town in district.towns
        }
    for code, values in _lines(district, names, codes, runtime.today()):
        record_line(runtime, district.people["social_work"].id, register_of(code), values)


def _lines(district: DemoDistrict, names: Names, codes: Mapping[int, list[str]], today: date) -> Lines:
    for town in district.towns:
        yield from _of_town(town, names, codes[town.body.id], today)
    for name, least, most, has_member, metric, percent in TARGETS:
        yield (
            "targets",
            {
                "name": name,
                "employees_min": least,
                "employees_max": most,
                "has_member": has_member,
                "metric": metric,
                "goal_percent": percent,
                "due_on": date(today.year + 1, 12, 31).isoformat(),
                "basis": "演示目标",
            },
        )


def _of_town(town: Town, names: Names, codes: list[str], today: date) -> Lines:
    place = str(town.body.id)
    chamber = {"name": town.chamber.name, "type": str(town.chamber.type), "area_id": place}
    yield "chamber-organisations", {**chamber, "founded_on": _day(names, today)}
    for code in codes[:3]:
        leader = LEADERS[names.number(0, len(LEADERS) - 1)]
        yield "leader-contacts", {"enterprise_id": code, "post": leader, "from_on": _day(names, today)}
    for number in range(4):
        theme = THEMES[(number + town.body.id) % len(THEMES)]
        counts = {
            "participants": names.number(30, 70),
            "essays": names.number(8, 30),
            "suggestions": names.number(0, 9),
        }
        line = {"held_on": _day(names, today), "town_id": place, "theme": theme}
        yield "activities", {**line, **{name: str(count) for name, count in counts.items()}}
    for kind, code in zip(HONOURS, codes[4:7], strict=True):
        yield "honours", {"kind": kind, "enterprise_id": code, "named_on": _day(names, today)}
    kind, reason = PRIORITIES[town.body.id % len(PRIORITIES)]
    yield "priorities", {"enterprise_id": codes[7], "kind": kind, "reason": reason, "from_on": _day(names, today)}
    yield "developed-members", {"enterprise_id": codes[8], "developed_on": _day(names, today)}
    yield (
        "service-stations",
        {
            "name": f"{_said(town)}党员联系服务站",
            "town_id": place,
            "address": "便民服务中心一楼",
            "staff": "2",
            "opening": "工作日 9:00—17:00",
            "from_on": _day(names, today),
        },
    )
    half_year = f"{today.year}-{1 if today.month <= 6 else 2}"
    for instructor in town.instructors[:1]:
        plan = {"instructor_id": instructor.username, "half_year": half_year, "visits": "18"}
        yield "plans", {**plan, "work": "每月走访一次，年内推动一家企业成立党支部"}


def _said(town: Town) -> str:
    """The place, without the kind of body that leads it."""
    return town.body.name.removesuffix("党委").removesuffix("党工委")


def _day(names: Names, today: date) -> str:
    return (today - timedelta(days=names.number(20, 330))).isoformat()
