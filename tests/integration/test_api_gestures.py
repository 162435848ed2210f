"""Every gesture over HTTP: listed on the case with what it wants, made once by key, refused with its reasons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Answer, ApiClient, Office
from tests.district import District
from workflow.gestures.catalogue import GESTURES


@pytest.fixture
def office(district: District) -> Office:
    for key in ("second_approver", "third_approver"):
        district.add_person(key, "approver", "chamber")
    return Office(district)


def make(client: ApiClient, case_id: int, gesture: str, key: str = "", **body: Any) -> Answer:
    headers = {"Idempotency-Key": key} if key else {}
    return client.send("POST", f"/cases/{case_id}/gestures/{gesture}", json=body, headers=headers)


def test_a_client_signs_knowing_only_what_the_case_says(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="candidates_submitted")
    proposed = office("approver").act(case_id, "clear_candidates")
    assert (proposed["state"], proposed["waits_for"]) == ("candidates_submitted", 2)
    for who in ("second_approver", "third_approver"):
        client = office(who)
        assert [ask["kind"] for ask in client.get("/asks")["items"]] == ["sign"]
        case = client.get(f"/cases/{case_id}")
        offered = {view["gesture"]: view for view in case["gestures"]}
        assert offered["sign_agree"]["allowed"]
        answer = make(client, case_id, "sign_agree", key=f"k-{who}", shown=case["shown"])
        again = make(client, case_id, "sign_agree", key=f"k-{who}", shown=case["shown"])
        assert (answer.status, again.status) == (200, 200)
        assert again.headers["Idempotency-Replayed"] == "true"
    assert district.state(case_id) == "candidates_cleared"
    assert office("approver").get(f"/cases/{case_id}/signing")["round"] is None


def test_a_refused_gesture_lists_what_stands_against_it(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="candidates_submitted")
    office("approver").act(case_id, "clear_candidates")
    answer = make(office("second_approver"), case_id, "add_signer_after", data={"person": "other_clerk.user"})
    assert answer.status == 422
    assert [problem["code"] for problem in answer.json["problems"]] == ["CANNOT_SEE"]
    assert answer.json["problems"][0]["mender"]["en"] == "the administrator"
    round_ = office("second_approver").get(f"/cases/{case_id}/signing")["round"]
    assert [signer["decision"] for signer in round_["signers"]] == ["agree", None, None]


def test_what_changed_since_it_was_shown_is_named(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="candidates_submitted")
    office("approver").act(case_id, "clear_candidates")
    shown = office("second_approver").get(f"/cases/{case_id}")["shown"]
    district.paper(case_id, "instructor", "D09")
    answer = make(office("second_approver"), case_id, "sign_agree", shown=shown)
    assert answer.status == 409
    assert "候选人请示" in answer.json["detail"]


def test_every_gesture_has_its_name_in_the_description_of_nothing_else(office: Office, district: District) -> None:
    """One address for all: a name that is none is not found."""
    case_id = district.walk(district.open(), until="submitted")
    for name in GESTURES:
        assert make(office("clerk"), case_id, name, data={"nonsense": 1}).status == 422
    assert make(office("clerk"), case_id, "no_such_gesture").status == 404


def test_drafts_and_wordings_are_kept_for_a_person(office: Office, district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    clerk = office("clerk")
    path = f"/cases/{case_id}/drafts/accept"
    assert clerk.send("GET", path).status == 404
    assert clerk.send("PUT", path, json={"values": {"receipt_no": "收"}}).json["values"] == {"receipt_no": "收"}
    assert clerk.get(path)["values"] == {"receipt_no": "收"}
    assert clerk.send("DELETE", path).status == 204
    assert clerk.send("GET", path).status == 404
    kept = clerk.send("POST", "/opinions", json={"text": "同意"})
    assert kept.status == 201
    assert [opinion["text"] for opinion in clerk.get("/opinions")["items"]] == ["同意"]
    assert clerk.send("DELETE", f"/opinions/{kept.json['id']}").status == 204
    assert clerk.get("/opinions")["items"] == []
