"""Persons over the API: registered, led on by the actions of their case, read masked, counted on the roster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.client import Office, Refused, small_office
from tests.district import District
from tests.members import KEYS
from workflow.vault import Vault

NUMBER = "110101199005010012"


@pytest.fixture
def setting(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[District, Office]]:
    with small_office(sqlite_template, tmp_path) as (district, _):
        district.runtime = replace(district.runtime, vault=Vault(KEYS))
        yield district, Office(district)


def test_a_program_registers_an_applicant_and_takes_the_next_step(setting: tuple[District, Office]) -> None:
    district, office = setting
    clerk, enterprise = office("clerk"), district.enterprises["first"]
    person = {"name": "王五", "enterprise_id": enterprise, "born_on": "1990-05-01", "identity": NUMBER}
    made = clerk.post("/persons", {**person, "applied_on": "2026-11-20"})
    found = clerk.get(f"/persons/{made['person_id']}")
    assert (found["standing"], found["identity"]) == ("applicant", "110101********0012")
    assert [one["code"] for one in found["milestones"]] == ["activist", "target", "probationary", "full"]
    case = clerk.case(made["case_id"])
    talk = next(action for action in case["actions"] if action["action"] == "talk")
    assert talk["allowed"]
    clerk.post(f"/cases/{made['case_id']}/actions/talk", {"data": talk["example"]})
    assert clerk.state(made["case_id"]) == "talked"
    line = clerk.get("/persons")["items"][0]
    assert (line["name"], line["case_id"], line["full_by"]) == ("王五", made["case_id"], "2028-11")


def test_a_member_counts_once_the_membership_is_received(setting: tuple[District, Office]) -> None:
    district, office = setting
    clerk, code = office("clerk"), district.codes["first"]
    made = clerk.post(
        "/persons",
        {
            "name": "甲一",
            "enterprise_id": district.enterprises["first"],
            "standing": "full",
            "joined_on": "2015-06-01",
            "letter": {
                "from_name": "某支部",
                "letter_no": "介1号",
                "letter_on": "2026-11-20",
                "valid_until": "2026-12-20",
            },
        },
    )
    roster = clerk.get(f"/enterprises/{code}/roster")
    assert (roster["source"], roster["counting"]) == ("persons", 0)
    membership = clerk.get(f"/persons/{made['person_id']}")["memberships"][0]
    with pytest.raises(Refused, match="letter"):
        clerk.post(f"/memberships/{membership['id']}/receive", {"received_on": "2026-11-01"})
    clerk.post(f"/memberships/{membership['id']}/receive", {"received_on": "2026-11-23"})
    assert clerk.get(f"/enterprises/{code}/roster")["counting"] == 1
    assert clerk.get(f"/enterprises/{code}")["full_members"] == 1


def test_a_number_is_read_with_a_reason_and_training_is_recorded(setting: tuple[District, Office]) -> None:
    district, office = setting
    clerk = office("clerk")
    person = {"name": "王五", "enterprise_id": district.enterprises["first"], "identity": NUMBER}
    person_id = clerk.post("/persons", person)["person_id"]
    read = {"field": "identity", "reason": "核对档案"}
    assert clerk.post(f"/persons/{person_id}/readings", read) == {"value": NUMBER}
    held = {"title": "培训班", "place": "党校", "audience": "activists", "for_targets": True, "hours": 24}
    days = {"from_on": "2026-11-18", "to_on": "2026-11-20"}
    training = clerk.post("/trainings", {**held, **days})["training_id"]
    clerk.post(f"/trainings/{training}/attendance", {"person_id": person_id, "days": 3, "hours": 24})
    page = clerk.get(f"/trainings/{training}")
    assert (page["training"]["attended"], page["attendance"][0]["person"]) == (1, "王五")
