"""Persons in the demo: every role of every town sees some and has something to do; one is led to full membership.

By the demo's own accounts over the API, with the clock moved along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.client import ApiClient
from tests.district import Clock
from tests.members import road
from tests.visitor import make_app
from workflow.clock import LOCAL_ZONE, local_day
from workflow.database import Database
from workflow.runtime import Runtime

TOWNS = range(1, 5)
# What waits in each town for whom, and on whose case.
WAITS = (("clerk", "file_activist"), ("approver", "consent_target"), ("member", "consent_target"))
STANDINGS = {"applicant", "activist", "target", "probationary", "full"}


@dataclass
class Demo:
    app: Flask
    clock: Clock
    passwords: dict[str, str]

    def sign_in(self, username: str) -> ApiClient:
        return ApiClient(self.app).sign_in(username, self.passwords[username])

    def on(self, day: date) -> None:
        self.clock.now = datetime.combine(day, time(10), LOCAL_ZONE).astimezone(UTC)


@pytest.fixture
def demo(demo_dir: Path) -> Iterator[Demo]:
    clock = Clock(datetime.now(UTC))
    database = Database(f"sqlite:///{demo_dir / 'zujian.db'}")
    rows = [line.split("\t") for line in (demo_dir / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()]
    runtime = Runtime(database, demo_dir / "documents", clock=clock)
    yield Demo(make_app(runtime), clock, {row[0]: row[1] for row in rows})
    database.dispose()


def persons(client: ApiClient) -> list[dict[str, Any]]:
    return list(client.pages("/persons"))


def allowed(client: ApiClient, standing: str) -> set[str]:
    """Every action that the case of some person of a standing allows this account now."""
    cases = [client.case(one["case_id"]) for one in persons(client) if one["case_id"] and one["standing"] == standing]
    return {action["action"] for case in cases for action in case["actions"] if action["allowed"]}


def test_every_role_sees_persons_and_has_something_to_do(demo: Demo) -> None:
    for town in TOWNS:
        for role, action in WAITS:
            client = demo.sign_in(f"{role}{town}")
            assert {one["standing"] for one in persons(client)} >= STANDINGS
            assert "in_transit" in {one["membership"] for one in persons(client)}
            assert action in allowed(client, "activist"), f"{role}{town}"
        instructors = [demo.sign_in(f"instructor{3 * (town - 1) + place}") for place in (1, 2, 3)]
        assert any("talk" in allowed(one, "applicant") for one in instructors), (
            f"nobody in town {town} has a first talk"
        )
    for manager in ("org_dept", "social_work"):
        client = demo.sign_in(manager)
        assert len(persons(client)) >= 8 * len(TOWNS)
        assert "choose_rules" in allowed(client, "applicant")


def test_an_applicant_of_a_town_whose_chamber_does_not_decide_becomes_a_full_member(demo: Demo) -> None:
    case_id, person_id, instructor = next(
        (one["case_id"], one["id"], name)
        for name in ("instructor7", "instructor8", "instructor9")
        for one in persons(demo.sign_in(name))
        if one["standing"] == "applicant"
    )
    people = {"instructor": instructor, "clerk": "clerk3", "approver": "approver3"}
    for day, who, action, data in road(local_day(demo.clock())):
        demo.on(day)
        if action == "prereview":
            _train(demo.sign_in("clerk3"), person_id, day)
        demo.sign_in(people[who]).act(case_id, action, {name: _plain(value) for name, value in data.items()})

    found = demo.sign_in("clerk3").get(f"/persons/{person_id}")
    assert (found["standing"], demo.sign_in("org_dept").state(case_id)) == ("full", "full")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _train(clerk: ApiClient, person_id: int, until: date) -> None:
    held = {"title": "培训班", "place": "党校", "audience": "activists", "for_targets": True, "hours": 24}
    days = {"from_on": (until - timedelta(days=2)).isoformat(), "to_on": until.isoformat()}
    training = clerk.post("/trainings", held | days)["training_id"]
    clerk.post(f"/trainings/{training}/attendance", {"person_id": person_id, "days": 3, "hours": 24})
