"""Versions of the process over the API: read by the staff, tried, published and put back by an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.client import ApiClient, Office, Refused
from tests.district import District
from tests.versions import RENAMED, SECOND, version_of
from workflow.definition.library import shipped_source


@pytest.fixture
def office(sqlite_district: District) -> Office:
    return Office(sqlite_district)


@pytest.fixture
def admin(office: Office) -> ApiClient:
    client: ApiClient = office("admin")
    return client


def publish(admin: ApiClient, source: str, key: str = "one", **more: Any) -> Any:
    return admin.post("/definitions", {"source": source, **more}, {"Idempotency-Key": key})


def refused(admin: ApiClient, path: str, body: Mapping[str, Any]) -> tuple[int, str]:
    with pytest.raises(Refused) as answer:
        admin.post(path, body)
    return answer.value.status, answer.value.problem["detail"]


def test_the_versions_and_their_files_can_be_read(office: Office) -> None:
    for who in ("admin", "org_dept", "clerk", "auditor"):
        (line,) = office(who).get("/definitions")["items"]
        assert (line["version"], line["is_current"], line["open_cases"]) == (1, True, 0)
        assert office(who).get("/definitions/1") == {"version": 1, "source": shipped_source()}
    assert office("admin").send("GET", "/definitions/2").status == 404


def test_a_definition_is_proved_without_being_published(admin: ApiClient) -> None:
    assert admin.post("/definitions/check", {"source": SECOND}) | {"digest": ""} == {
        "is_sound": True,
        "faults": [],
        "process": "branch_formation",
        "version": 2,
        "digest": "",
    }
    faulty = version_of(2, (r"guards: \[first_visit_logged\]", "guards: [no_such]"))
    found = admin.post("/definitions/check", {"source": faulty})
    assert (found["is_sound"], len(found["faults"])) == (False, 1)
    assert "unknown guard no_such" in found["faults"][0]


def test_the_preview_counts_and_lists_every_open_case(admin: ApiClient, sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open("first"), until="under_review")
    district.walk(district.open("second"), until="training")
    found = admin.post("/definitions/preview", {"source": RENAMED})
    assert {name: found[name] for name in ("from_version", "version", "unaffected", "mapped", "needs_person")} == {
        "from_version": 1,
        "version": 2,
        "unaffected": 1,
        "mapped": 1,
        "needs_person": 0,
    }
    line = next(line for line in found["cases"] if line["case_id"] == case_id)
    assert (line["fate"], line["state"], line["becomes"]["zh"]) == ("mapped", "under_review", "审议中")
    assert found["refusal"] is None


def test_published_once_by_key_and_put_back(admin: ApiClient, sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open("first"), until="under_review")
    assert publish(admin, RENAMED, move_cases=True, note="试行") == {"version": 2, "moved": 1, "kept": 0}
    again = admin.expect(
        "POST",
        "/definitions",
        json={"source": RENAMED, "move_cases": True, "note": "试行"},
        headers={"Idempotency-Key": "one"},
    )
    assert (again.json, again.headers["Idempotency-Replayed"]) == ({"version": 2, "moved": 1, "kept": 0}, "true")
    assert district.state(case_id) == "deliberated"
    assert refused(admin, "/definitions", {"source": RENAMED})[0] == 409
    back = {"to": 1, "note": "有误"}
    key = {"Idempotency-Key": "two"}
    assert admin.post("/definitions/rollback", back, key) == {"version": 1, "moved": 1, "kept": 0}
    assert admin.post("/definitions/rollback", back, key) == {"version": 1, "moved": 1, "kept": 0}
    assert district.state(case_id) == "under_review"
    with pytest.raises(Refused) as reused:
        admin.post("/definitions/rollback", {"to": 2}, key)
    assert reused.value.status == 422


def test_what_cannot_be_published_is_refused_in_words(admin: ApiClient, sqlite_district: District) -> None:
    sqlite_district.walk(sqlite_district.open("first"), until="under_review")
    dropped = version_of(2, (r"(?<!\w)under_review(?!\w)", "deliberated"))
    for path in ("/definitions", "/definitions/preview"):
        assert refused(admin, path, {"source": "a: ["})[0] == 422
        assert "最大 256 KB" in refused(admin, path, {"source": "流" * 100_000})[1]
        assert "版本号应为 2" in refused(admin, path, {"source": version_of(3)})[1]
        assert refused(admin, path, {"source": shipped_source()})[0] == 409
    status, words = refused(admin, "/definitions", {"source": dropped})
    assert status == 409
    assert "审议中" in words
    assert "审议中" in admin.post("/definitions/preview", {"source": dropped})["refusal"]["zh"]
    assert refused(admin, "/definitions/rollback", {"to": 9})[0] == 404


def test_the_definition_of_each_version_is_described(admin: ApiClient) -> None:
    publish(admin, RENAMED)
    assert admin.get("/definition")["version"] == 2
    older = admin.get("/definition", version=1)
    assert "under_review" in {state["code"] for state in older["states"]}
    assert "under_review" not in {state["code"] for state in admin.get("/definition")["states"]}
    assert admin.send("GET", "/definition?version=3").status == 404


def test_the_description_names_the_states_of_a_version_published_since(office: Office, admin: ApiClient) -> None:
    def states() -> list[str]:
        spec = office.app.test_client().get("/api/v1/openapi.json").json
        parameters = spec["paths"]["/api/v1/cases"]["get"]["parameters"]
        return list(next(p for p in parameters if p["name"] == "state")["schema"]["enum"])

    assert "deliberated" not in states()
    publish(admin, RENAMED)
    assert {"deliberated", "under_review"} <= set(states())


def test_a_case_says_by_which_version_it_lives(office: Office, admin: ApiClient, sqlite_district: District) -> None:
    old = sqlite_district.open("first")
    publish(admin, SECOND)
    new = sqlite_district.open("second")
    found = {line["id"]: line["definition_version"] for line in office("org_dept").get("/cases")["items"]}
    assert found == {old: 1, new: 2}
    assert [line["id"] for line in office("org_dept").get("/cases", version=2)["items"]] == [new]
