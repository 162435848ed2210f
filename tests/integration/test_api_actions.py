"""Whatever is sent to a case: taken once and whole, or refused with a reason and nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.client import Answer, ApiClient, Office, Refused
from tests.district import District


@pytest.fixture
def office(district: District) -> Office:
    return Office(district)


def refused(call: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def keyed(client: ApiClient, case_id: int, action: str, body: dict[str, Any], key: str) -> Answer:
    path = f"/cases/{case_id}/actions/{action}"
    return client.send("POST", path, json=body, headers={"Idempotency-Key": key})


def beside(client: ApiClient, office: Office) -> ApiClient:
    """Another connection with the same token: one client is for one thread."""
    other = ApiClient(office.app)
    other.token = client.token
    return other


def test_a_refused_action_lists_every_condition_with_who_mends_it_and_where(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="ready")
    refusal = refused(lambda: office("instructor").act(case_id, "submit"))
    assert refusal.status == 422
    assert refusal.problem["type"] == "urn:zujian:problem:transition-refused"
    assert [problem["where"] for problem in refusal.problem["problems"]] == [
        "documents:D01",
        "documents:D02",
        "documents:D06",
    ]
    for problem in refusal.problem["problems"]:
        assert set(problem) == {"code", "guard", "message", "clause", "mender", "where", "soft"}
        assert problem["message"].keys() == {"zh", "en"}
    assert district.state(case_id) == "ready"


def test_what_the_case_says_beforehand_is_what_the_action_answers(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="ready")
    said = office("instructor").actions(case_id)["submit"]
    assert said["allowed"] is False
    assert said["problems"] == refused(lambda: office("instructor").act(case_id, "submit")).problem["problems"]


def test_steps_out_of_order_are_refused_and_change_nothing(office: Office, district: District) -> None:
    case_id = district.open()
    before = office("org_dept").case(case_id)
    definition = office("org_dept").definition()
    later = [t for t in definition["transitions"] if "no_branch" not in t["sources"]]
    assert len(later) > 20
    for transition in later:
        body = {"data": transition["example"], "reason": "out of order"}
        for person in ("org_dept", "clerk", "approver"):
            answer = office(person).send("POST", f"/cases/{case_id}/actions/{transition['action']}", json=body)
            assert answer.status in {403, 422}, (person, transition["action"], answer.content)
    assert office("org_dept").case(case_id) == before


@pytest.mark.parametrize(
    "extra",
    [
        {"state": "established"},
        {"actor": 1},
        {"actor_id": 1},
        {"role": "approver"},
        {"organisation_id": 1},
        {"to": "x"},
    ],
)
def test_extra_members_are_refused_in_the_request_and_in_the_data(
    extra: dict[str, object], office: Office, district: District
) -> None:
    case_id, manager = district.open(), office("org_dept")
    data = manager.actions(case_id)["assign_instructor"]["example"]
    outside = refused(lambda: manager.act(case_id, "assign_instructor", data, **extra))
    inside = refused(lambda: manager.act(case_id, "assign_instructor", data | extra))
    assert (outside.status, inside.status) == (422, 422)
    assert (list(outside.problem["fields"]), list(inside.problem["fields"])) == ([*extra], [*extra])
    assert district.state(case_id) == "no_branch"


def test_faulty_data_names_each_field_with_its_path(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="approved")
    data = office("instructor").actions(case_id)["submit_candidates"]["example"]
    data |= {"committee_seats": "none", "candidates": [{"name": "", "post": "chief"}]}
    refusal = refused(lambda: office("instructor").act(case_id, "submit_candidates", data))
    assert set(refusal.problem["fields"]) == {"committee_seats", "candidates.0.name", "candidates.0.post"}


def test_an_action_that_is_not_there_is_404(office: Office, district: District) -> None:
    case_id = district.open()
    for action in ("establish", "to_established", "__init__", "no_branch"):
        assert refused(lambda name=action: office("org_dept").act(case_id, name, {})).status == 404  # type: ignore[misc]


def test_an_action_of_another_role_is_403_and_says_whose_it_is(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    refusal = refused(lambda: office("clerk").act(case_id, "approve", {}))
    assert refusal.status == 403
    assert refusal.problem["detail"] == "“批复成立”由商会党委审批人办理"


def test_what_one_may_not_see_reads_like_what_is_not_there(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    for person in ("other", "other_approver", "admin", "auditor"):
        hidden = office(person).send("POST", f"/cases/{case_id}/actions/approve", json={})
        missing = office(person).send("POST", "/cases/999999/actions/approve", json={})
        assert (hidden.status, missing.status) == (404, 404)
        assert hidden.content == missing.content


def test_a_stale_decision_is_409_with_what_the_case_is_now(office: Office, district: District) -> None:
    case_id, manager = district.open(), office("org_dept")
    seen = manager.case(case_id)["version"]
    manager.act(case_id, "assign_instructor", expected_version=seen)
    refusal = refused(lambda: manager.act(case_id, "reassign", reason="x", expected_version=seen))
    assert refusal.status == 409
    assert refusal.problem["type"] == "urn:zujian:problem:conflict"
    current = manager.case(case_id)
    assert refusal.problem["current"] == {
        "state": "instructor_assigned",
        "version": 2,
        "since": "2026-11-23T02:00:00+00:00",
    }
    assert (current["state"], current["version"]) == ("instructor_assigned", 2)


def test_a_repeated_request_answers_the_same_and_does_nothing_twice(office: Office, district: District) -> None:
    case_id, manager = district.open(), office("org_dept")
    body = {"data": manager.actions(case_id)["assign_instructor"]["example"], "expected_version": 1}
    first, second = (keyed(manager, case_id, "assign_instructor", body, "one-thing") for _ in range(2))
    assert (first.status, second.status) == (200, 200)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert district.actions(case_id) == ["open", "assign_instructor"]


def test_a_repeated_request_answers_the_same_where_a_step_followed_by_itself(
    office: Office, district: District
) -> None:
    case_id = district.walk(district.open(), until="ready")
    client = office("instructor")
    figures = client.actions(case_id)["record_headcount"]["example"] | {"full_members": 2}
    first, second = (keyed(client, case_id, "record_headcount", {"data": figures}, "count") for _ in range(2))
    assert first.json["state"] == "training"
    assert second.json == first.json


def test_a_key_of_another_request_is_refused(office: Office, district: District) -> None:
    case_id, manager = district.open(), office("org_dept")
    data = manager.actions(case_id)["assign_instructor"]["example"]
    assert keyed(manager, case_id, "assign_instructor", {"data": data}, "one").status == 200
    answer = keyed(manager, case_id, "assign_instructor", {"data": data, "reason": "another"}, "one")
    assert (answer.status, answer.json["type"]) == (422, "urn:zujian:problem:key-reused")


@pytest.mark.parametrize("key", ["x" * 256, "with space", "schlüssel"])
def test_a_key_that_cannot_be_kept_is_refused(key: str, office: Office, district: District) -> None:
    answer = keyed(office("org_dept"), district.open(), "assign_instructor", {}, key)
    assert (answer.status, list(answer.json["fields"])) == (422, ["idempotency_key"])


def test_a_refused_action_may_be_tried_again_with_its_key(office: Office, district: District) -> None:
    case_id, manager = district.open(), office("org_dept")
    data = manager.actions(case_id)["assign_instructor"]["example"]
    assert keyed(manager, case_id, "assign_instructor", {"data": {**data, "instructor": "?"}}, "k").status == 422
    assert keyed(manager, case_id, "assign_instructor", {"data": data}, "k").status == 200


def test_of_many_at_once_one_wins_and_the_others_are_told(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    approver = office("approver")
    actions = approver.actions(case_id)
    version = approver.case(case_id)["version"]

    def decide(number: int) -> Answer:
        action = "approve" if number % 2 else "refuse"
        body = {"data": actions[action]["example"], "reason": "decided", "expected_version": version}
        return beside(approver, office).send("POST", f"/cases/{case_id}/actions/{action}", json=body)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(decide, range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert district.case(case_id).version == version + 1
    now = district.state(case_id)
    assert {answer.json["current"]["state"] for answer in answers if answer.status == 409} == {now}


def test_a_soft_condition_is_overridden_by_a_manager_with_a_reason_only(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="training")
    district.set_members(60)
    instructor, manager = office("instructor"), office("org_dept")
    refusal = refused(lambda: instructor.act(case_id, "mark_ready"))
    assert [p["soft"] for p in refusal.problem["problems"] if p["guard"] == "not_too_many_members"] == [True]
    own = {"not_too_many_members": "we want it"}
    assert refused(lambda: instructor.act(case_id, "mark_ready", overrides=own)).status == 403
    manager.act(case_id, "override", {"overridden_guard": "not_too_many_members"}, reason="two sites")
    assert instructor.act(case_id, "mark_ready")["state"] == "ready"


def test_a_later_entry_is_taken_and_a_day_to_come_is_not(office: Office, district: District) -> None:
    case_id = district.open()
    district.clock.advance(days=3)
    manager = office("org_dept")
    refusal = refused(lambda: manager.act(case_id, "assign_instructor", occurred_on="2026-11-27"))
    assert list(refusal.problem["fields"]) == ["occurred_on"]
    manager.act(case_id, "assign_instructor", occurred_on="2026-11-24")
    entry = manager.get(f"/cases/{case_id}/history")["items"][-1]
    assert (entry["occurred_on"], entry["is_late"]) == ("2026-11-24", True)


@pytest.mark.parametrize(
    ("state", "person", "action", "field"),
    [
        ("instructor_assigned", "instructor", "log_visit", "visited_on"),
        ("training", "instructor", "record_headcount", "letter_issued_on"),
        ("training", "org_dept", "hold", "review_on"),
        ("under_review", "clerk", "return", "reply_by"),
        ("under_review", "approver", "approve", "elect_by"),
        ("candidates_cleared", "instructor", "record_election", "held_on"),
        ("result_submitted", "approver", "confirm_result", "term_from"),
    ],
)
def test_no_date_however_far_is_an_error_of_ours(
    state: str, person: str, action: str, field: str, sqlite_district: District
) -> None:
    district, client = sqlite_district, Office(sqlite_district)(person)
    case_id = district.walk(district.open(), until=state)
    example = client.actions(case_id)[action]["example"]
    transit = {"members_in_transit": 1} if field == "letter_issued_on" else {}
    for day in ("9999-12-31", "9999-01-01", "0001-01-01"):
        body = {"data": example | transit | {field: day}, "reason": "far away"}
        assert client.send("POST", f"/cases/{case_id}/actions/{action}", json=body).status in {200, 422}


def test_a_case_is_opened_once_for_an_enterprise(office: Office, district: District) -> None:
    manager, code = office("org_dept"), district.codes["first"]
    answer = manager.send("POST", "/cases", json={"credit_code": code})
    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/v1/cases/{answer.json['case_id']}"
    assert manager.case(answer.json["case_id"])["figures"]["credit_code"] == code
    assert refused(lambda: manager.open(code)).status == 409


def test_opening_is_for_managers_of_the_area(office: Office, district: District) -> None:
    code = district.codes["first"]
    told = {who: office(who).send("POST", "/cases", json={"credit_code": code}).status for who in WHO_MAY_OPEN}
    assert told == WHO_MAY_OPEN
    assert office("org_dept").send("POST", "/cases", json={"credit_code": "9" * 18}).status == 404


WHO_MAY_OPEN = {
    "clerk": 403,
    "approver": 403,
    "federation": 403,
    "other_approver": 404,
    "org_dept": 201,
}
