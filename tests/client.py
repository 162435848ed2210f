"""A client of the JSON API as somebody else would write one: over HTTP, or straight into the application.

api = ApiClient("http://127.0.0.1:8000").sign_in("clerk.user", password)
api.act(12, "accept")                  # with the example the case itself gives
api.act(12, "return", reason="...")    # raises Refused with the problem
take_next_step([instructor, clerk, approver, manager], 12)
"""

from __future__ import annotations

import http.client
import io
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from tests.district import PASSWORD, District, make_district
from tests.visitor import make_app
from workflow.database import Database

ROOT = "/api/v1"
PDF = b"%PDF-1.4 a paper brought by a client"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class Refused(AssertionError):
    """Any answer of 400 and above where a helper expected success; `problem` is its body."""

    def __init__(self, method: str, path: str, answer: Answer) -> None:
        super().__init__(f"{method} {path}: {answer.status} {answer.content.decode(errors='replace')[:2000]}")
        self.answer = answer
        self.status = answer.status
        self.problem: dict[str, Any] = answer.json


class Wire(Protocol):
    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer: ...


class ApiClient:
    """`target` is the address of a running server, an application, or its test client."""

    def __init__(self, target: str | Flask | FlaskClient, *, language: str = "zh") -> None:
        self._wire: Wire = Remote(target) if isinstance(target, str) else InProcess(target)
        self.language = language
        self.token: str | None = None

    def sign_in(self, username: str, password: str) -> ApiClient:
        """Takes a token and keeps it for what follows."""
        self.token = self.post("/tokens", {"username": username, "password": password})["token"]
        return self

    def sign_out(self) -> None:
        self.expect("DELETE", "/tokens/current")
        self.token = None

    def me(self) -> Any:
        return self.get("/me")

    def definition(self) -> Any:
        return self.get("/definition")

    def case(self, case_id: int) -> Any:
        return self.get(f"/cases/{case_id}")

    def state(self, case_id: int) -> str:
        return str(self.case(case_id)["state"])

    def actions(self, case_id: int) -> dict[str, Any]:
        """What the case says this person can do, by the name of the action."""
        return {action["action"]: action for action in self.case(case_id)["actions"]}

    def open(self, credit_code: str) -> int:
        """Opens the case of an enterprise and answers its number."""
        return int(self.post("/cases", {"credit_code": credit_code})["case_id"])

    def act(
        self,
        case_id: int,
        action: str,
        data: Mapping[str, Any] | None = None,
        *,
        reason: str | None = None,
        key: str | None = None,
        **members: Any,
    ) -> Any:
        """Takes an action. Without `data` it sends the example the case gives; `members` are those of the request.

        Each call is one thing to do and has a key of its own: sent again after a broken connection it is done once.
        """
        if data is None:
            data = self.actions(case_id)[action]["example"]
        body = {"data": data, **({"reason": reason} if reason is not None else {}), **members}
        return self.post(f"/cases/{case_id}/actions/{action}", body, {"Idempotency-Key": key or uuid4().hex})

    def upload(
        self, case_id: int, code: str, content: bytes = PDF, filename: str = "paper.pdf", title: str | None = None
    ) -> Any:
        """Brings a paper and answers what was stored."""
        parts: dict[str, Any] = {"code": code, "file": FileStorage(io.BytesIO(content), filename)}
        if title is not None:
            parts["title"] = title
        stream, length, boundary = stream_encode_multipart(parts)
        headers = {"Content-Type": f'multipart/form-data; boundary="{boundary}"', "Content-Length": str(length)}
        return self.expect("POST", f"/cases/{case_id}/documents", headers=headers, body=stream.read()).json

    def pages(self, path: str, **parameters: Any) -> Iterator[Any]:
        """Every item of a list, page after page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(path, **parameters, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next_cursor"]

    def get(self, path: str, **parameters: Any) -> Any:
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self.expect("GET", f"{path}{query}").json

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Any:
        return self.expect("POST", path, json=body, headers=headers).json

    def expect(self, method: str, path: str, **more: Any) -> Answer:
        """The answer, or Refused where it is not a success."""
        answer = self.send(method, path, **more)
        if answer.status >= 400:
            raise Refused(method, path, answer)
        return answer

    def send(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Whatever comes back; `path` is below /api/v1."""
        sent = {"Accept-Language": self.language, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if json is not None:
            sent["Content-Type"], body = "application/json", _encoded(json)
        return self._wire.send(method, ROOT + path, sent, body)


@contextmanager
def small_office(template: Path, folder: Path) -> Iterator[tuple[District, Office]]:
    """A district on a copy of the migrated SQLite file, for many tests that change nothing of each other's."""
    database = Database(f"sqlite:///{shutil.copy(template, folder / 'zujian.db')}")
    try:
        district = make_district(database, folder)
        yield district, Office(district)
    finally:
        database.dispose()


class Office:
    """The people of a test district at their clients: `office("clerk")` signs in once and answers that one again."""

    def __init__(self, district: District) -> None:
        self.app = make_app(district.runtime)
        self._clients: dict[str, ApiClient] = {}

    def __call__(self, *people: str) -> Any:
        """One client for one name, a list for several."""
        found = [self._client(key) for key in people]
        return found[0] if len(found) == 1 else found

    def stranger(self, **options: Any) -> ApiClient:
        return ApiClient(self.app, **options)

    def _client(self, key: str) -> ApiClient:
        if key not in self._clients:
            self._clients[key] = ApiClient(self.app).sign_in(f"{key}.user", PASSWORD)
        return self._clients[key]


def take_next_step(team: Sequence[ApiClient], case_id: int) -> str | None:
    """Moves a case one step along the road by nothing but what the case says, and answers the action.

    What stands in the way is mended first, where the case names the paper or the action that does. None where nobody of
    the team has a step to take.
    """
    seen = _who_see(team, case_id)
    for member, case in seen:
        for action in case["actions"]:
            if not action["is_primary"]:
                continue
            for problem in action["problems"]:
                _mend([member for member, _ in seen], case_id, problem["where"])
            if not action["problems"] or member.actions(case_id)[action["action"]]["allowed"]:
                reason = "……" if action["reason"] == "required" else None
                member.act(case_id, action["action"], action["example"], reason=reason)
                return str(action["action"])
    return None


def drive(team: Sequence[ApiClient], case_id: int, until: str = "established") -> list[str]:
    """Takes step after step until the case stands in a state; answers the actions in order."""
    taken: list[str] = []
    while (state := _state(team, case_id)) != until:
        step = take_next_step(team, case_id)
        if step is None or len(taken) > 50:
            raise AssertionError(f"case {case_id} stands still in {state} after {taken}")
        taken.append(step)
    return taken


def _state(team: Sequence[ApiClient], case_id: int) -> str:
    answers = (member.send("GET", f"/cases/{case_id}") for member in reversed(team))
    return str(next(answer.json["state"] for answer in answers if answer.status == 200))


def _who_see(team: Sequence[ApiClient], case_id: int) -> list[tuple[ApiClient, Any]]:
    """Who sees the case, and what each sees: an instructor sees it only from the day it is theirs."""
    answers = ((member, member.send("GET", f"/cases/{case_id}")) for member in team)
    return [(member, answer.json) for member, answer in answers if answer.status == 200]


def _mend(team: Sequence[ApiClient], case_id: int, where: str) -> None:
    kind, _, name = where.partition(":")
    for member in team:
        if kind == "documents" and name in _may_bring(member, case_id):
            member.upload(case_id, name)
            return
        if kind == "action" and member.actions(case_id).get(name, {}).get("allowed"):
            member.act(case_id, name)
            return


def _may_bring(member: ApiClient, case_id: int) -> set[str]:
    return {paper["code"] for paper in member.get(f"/cases/{case_id}/documents")["items"] if paper["may_bring"]}


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class InProcess:
    """Straight into the application, without a socket."""

    def __init__(self, target: Flask | FlaskClient) -> None:
        self._client = target.test_client() if isinstance(target, Flask) else target

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        answer = self._client.open(path, method=method, headers=dict(headers), data=body, buffered=True)
        return Answer(answer.status_code, dict(answer.headers), answer.data)


class Remote:
    """Over one connection that is kept open, and opened again where the server closed it."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        try:
            return self._once(method, path, headers, body)
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()
            return self._once(method, path, headers, body)

    def _once(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        self._connection.request(method, path, body=body, headers=dict(headers))
        with self._connection.getresponse() as response:
            return Answer(response.status, dict(response.getheaders()), response.read())
