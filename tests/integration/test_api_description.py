"""The OpenAPI description: valid, whole, and the same whoever asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.client import Office, small_office

ARGUMENT = re.compile(r"<[^<>]+>")
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with small_office(sqlite_template, tmp_path_factory.mktemp("description")) as (_, office):
        yield office


@pytest.fixture(scope="module")
def told(office: Office) -> Any:
    return office.stranger().send("GET", "/openapi.json").json


def operations(told: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in told["paths"].items():
        yield from ((f"{method.upper()} {path}", item[method]) for method in METHODS & item.keys())


def test_it_is_valid_openapi(told: Any) -> None:
    assert told["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(told).validate()


def test_every_route_of_the_api_is_described_and_nothing_else(told: Any, office: Office) -> None:
    routes = {
        f"{method} {ARGUMENT.sub('{name}', rule.rule)}"
        for rule in office.app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint != "openapi.spec"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {re.sub(r"{\w+}", "{name}", name) for name, _ in operations(told)} == routes


def test_every_operation_says_what_it_is_for_and_what_it_answers(told: Any) -> None:
    names = [operation["operationId"] for _, operation in operations(told)]
    assert len(set(names)) == len(names)
    tags = {tag["name"] for tag in told["tags"]}
    for name, operation in operations(told):
        assert operation["summary"], name
        assert set(operation["tags"]) <= tags, name
        successes = [status for status in operation["responses"] if status.startswith("2")]
        assert len(successes) == 1, name


def test_all_but_signing_in_needs_a_token_and_says_so(told: Any) -> None:
    assert told["security"] == [{"bearer": []}]
    assert told["components"]["securitySchemes"]["bearer"] == {"type": "http", "scheme": "bearer"}
    open_ones = [name for name, operation in operations(told) if operation.get("security") == []]
    assert open_ones == ["POST /api/v1/tokens"]
    assert all("401" in operation["responses"] for _, operation in operations(told))


def test_every_refusal_is_a_problem(told: Any) -> None:
    for name, operation in operations(told):
        refusals = {status: answer for status, answer in operation["responses"].items() if status.startswith("4")}
        assert all(answer["$ref"].startswith("#/components/responses/") for answer in refusals.values()), name
    for answer in told["components"]["responses"].values():
        assert answer["content"].keys() == {"application/problem+json"}


def test_the_codes_of_the_process_are_spelled_out(told: Any, office: Office) -> None:
    clerk = office("clerk")
    processes = [clerk.definition(), clerk.get("/definition?process=member_development")]
    action = told["paths"]["/api/v1/cases/{case_id}/actions/{action}"]["post"]["parameters"][1]
    codes = [transition["action"] for process in processes for transition in process["transitions"]]
    assert action["schema"]["enum"] == list(dict.fromkeys(codes))


def test_it_is_the_same_whatever_host_was_asked(office: Office, told: Any) -> None:
    elsewhere = office.app.test_client().get("/api/v1/openapi.json", headers={"Host": "elsewhere.example"})
    assert elsewhere.json == told
    assert "elsewhere" not in json.dumps(told)
