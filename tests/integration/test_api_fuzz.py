"""Requests made up from the description itself: no error of ours, and nothing taken that the description forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.client import Office, small_office
from tests.district import District

Setting = tuple[District, Office]

# A well-formed action may still be against the rules of the process, a well-formed cursor from nowhere.
WELL_FORMED = ["2xx", "401", "403", "404", "409", "422", "429"]
CHECKS = {
    "positive_data_acceptance": {"expected-statuses": WELL_FORMED},
    # It cannot call an application without a server; the access matrix asks every route without a token.
    "ignored_auth": {"enabled": False},
}
# Whoever manages the district has the whole description tried by the test above.
ROLES = ("instructor", "approver")
ACTS_FOR = {
    "instructor": "instructor",
    "committee": "clerk",
    "approver": "approver",
    "chamber": "clerk",
    "manager": "org_dept",
    "filing_desk": "org_dept",
    "superior": "superior",
}


@pytest.fixture(scope="module")
def setting(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    with small_office(sqlite_template, tmp_path_factory.mktemp("fuzz")) as (district, office):
        district.walk(district.open("first"), until="under_review")
        district.walk(district.open("second"), until="training")
        yield district, office


@pytest.fixture(scope="module")
def description(setting: Setting) -> dict[str, Any]:
    return dict(setting[1].app.test_client().get("/api/v1/openapi.json").json)


def config(token: str, examples: int, *, coverage: bool, operations: list[dict[str, Any]] | None = None) -> Any:
    """The same requests each time, for a case that is there."""
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "headers": {"Authorization": f"Bearer {token}"},
            "continue-on-failure": True,
            "parameters": {"path.case_id": 1},
            "generation": {
                "deterministic": True,
                "max-examples": examples,
                "database": "none",
                "no-shrink": True,
                # JSON Schema cannot say that a text has no NUL; it is refused, and tested with the other bodies.
                "allow-x00": False,
            },
            "checks": CHECKS,
            "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": coverage}},
            "operations": operations or [],
        }
    )


def faults(office: Office, description: Mapping[str, Any], configuration: Any) -> tuple[int, list[str]]:
    """How many requests were sent, and what was wrong with their answers."""
    schema = schemathesis.openapi.from_dict(dict(description), config=configuration)
    schema.app = office.app
    sent, found = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            sent += len(event.recorder.cases)
            for case_id, checks in event.recorder.checks.items():
                found += [_told(event.recorder, case_id, c.failure_info.failure) for c in checks if c.failure_info]
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(repr(getattr(event, "value", None) or getattr(event, "exception", None)))
    return sent, found


def _told(recorder: Any, case_id: str, failure: object) -> str:
    response = recorder.interactions[case_id].response
    request = recorder.cases[case_id].value.as_curl_command()
    return f"{recorder.label}: {failure}\n{request}\n{response and response.content}"


def without_sign_out(description: Mapping[str, Any]) -> dict[str, Any]:
    """Handing the token back would end the run."""
    kept = deepcopy(dict(description))
    del kept["paths"]["/api/v1/tokens/current"]
    return kept


def test_the_api_keeps_its_description(setting: Setting, description: dict[str, Any]) -> None:
    token = setting[1]("org_dept").token
    sent, found = faults(setting[1], without_sign_out(description), config(token, 1, coverage=True))
    assert found == []
    assert sent > 500


@pytest.mark.parametrize("role", ROLES)
def test_it_keeps_it_for_every_role(role: str, setting: Setting, description: dict[str, Any]) -> None:
    token = setting[1](role).token
    sent, found = faults(setting[1], without_sign_out(description), config(token, 2, coverage=False))
    assert found == []
    assert sent > 20


def test_data_that_is_not_what_an_action_wants_is_refused(setting: Setting, description: dict[str, Any]) -> None:
    """Each action as a path of its own, with its own schema of `data`, taken by somebody who may take it."""
    office = setting[1]
    transitions = [t for t in office("org_dept").definition()["transitions"] if t["schema"]["properties"]]
    tokens = {t["action"]: office(ACTS_FOR[t["by"][0]]).token for t in transitions}
    operations = [
        {"include-operation-id": name, "headers": {"Authorization": f"Bearer {token}"}}
        for name, token in tokens.items()
    ]
    spelled_out = actions_spelled_out(description, transitions)
    sent, found = faults(office, spelled_out, config("", 2, coverage=True, operations=operations))
    assert found == []
    assert sent > 500


def actions_spelled_out(description: Mapping[str, Any], transitions: list[dict[str, Any]]) -> dict[str, Any]:
    spelled_out = deepcopy(dict(description))
    template = spelled_out["paths"]["/api/v1/cases/{case_id}/actions/{action}"]["post"]
    body = spelled_out["components"]["schemas"]["ActionRequest"]
    spelled_out["paths"] = {
        f"/api/v1/cases/2/actions/{transition['action']}": {
            "post": {
                **template,
                "operationId": transition["action"],
                "parameters": [],
                "requestBody": {"required": True, "content": wanted(body, transition)},
            }
        }
        for transition in transitions
    }
    return spelled_out


def wanted(body: Mapping[str, Any], transition: Mapping[str, Any]) -> dict[str, Any]:
    properties = {"data": transition["schema"], "reason": body["properties"]["reason"]}
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"application/json": {"schema": schema}}
