"""A case driven to "established" by nothing but what the definition and the case itself say."""

from __future__ import annotations

import jsonschema
import pytest

from tests.client import ApiClient, Office, drive
from tests.district import District
from workflow.ledger import verify

TEAM = ("org_dept", "instructor", "clerk", "approver")


@pytest.fixture
def office(district: District) -> Office:
    return Office(district)


def test_a_case_goes_from_nothing_to_established_through_the_api_alone(office: Office, district: District) -> None:
    team: list[ApiClient] = office(*TEAM)
    manager = team[0]
    case_id = manager.open(district.codes["first"])
    assert drive(team, case_id) == [
        "assign_instructor",
        "start_training",
        "mark_ready",
        "submit",
        "accept",
        "approve",
        "submit_candidates",
        "clear_candidates",
        "record_election",
        "submit_result",
        "confirm_result",
        "file",
        "acknowledge_filing",
    ]
    case = manager.case(case_id)
    assert (case["state"], case["is_open"], case["finished_on"]) == ("established", False, "2026-11-23")
    assert manager.get(f"/enterprises/{district.codes['first']}")["has_branch"] is True
    _the_history_proves_it(manager, case_id, district)


def _the_history_proves_it(client: ApiClient, case_id: int, district: District) -> None:
    entries = client.get(f"/cases/{case_id}/history")["items"]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["prev_hash"] for entry in entries[1:]] == [entry["hash"] for entry in entries[:-1]]
    assert (entries[0]["action"], entries[-1]["to_state"]) == ("open", "established")
    with district.db.reading() as session:
        assert verify(session, case_id).ok


@pytest.mark.parametrize("person", ["instructor", "approver", "org_dept", "admin"])
def test_the_example_of_every_action_passes_its_schema(person: str, office: Office) -> None:
    for transition in office(person).definition()["transitions"]:
        jsonschema.Draft202012Validator.check_schema(transition["schema"])
        jsonschema.validate(transition["example"], transition["schema"])


def test_the_example_of_the_definition_names_an_instructor_of_the_area(office: Office) -> None:
    actions = {t["action"]: t for t in office("org_dept").definition()["transitions"]}
    assert actions["assign_instructor"]["example"]["instructor"] == "instructor.user"


def test_an_instructor_can_be_assigned_by_the_definition_alone(office: Office, district: District) -> None:
    manager = office("org_dept")
    actions = {t["action"]: t for t in manager.definition()["transitions"]}
    case_id = manager.open(district.codes["first"])
    outcome = manager.act(case_id, "assign_instructor", actions["assign_instructor"]["example"])
    assert outcome == {
        "case_id": case_id,
        "action": "assign_instructor",
        "state": "instructor_assigned",
        "version": 2,
        "waits_for": 0,
    }


def test_the_definition_is_complete(office: Office) -> None:
    told = office("auditor").definition()
    states = {state["code"]: state for state in told["states"]}
    groups, papers, guards = ({row[key] for row in told[name]} for name, key in NAMED)
    for transition in told["transitions"]:
        assert set(transition["sources"]) <= states.keys()
        assert transition["target"] in states.keys() | {"same", "before_hold", "earlier"}
        assert set(transition["by"]) <= groups
        assert set(transition["documents"]) <= papers
        assert set(transition["guards"]) <= guards
    assert {state["stage"] for state in states.values()} == {stage["code"] for stage in told["stages"]}
    assert {d["rule"] for d in told["deadlines"] if d["rule"]} <= {rule["code"] for rule in told["rules"]}


NAMED = (("groups", "code"), ("documents", "code"), ("guards", "name"))
