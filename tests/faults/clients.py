"""Clients that move cases over HTTP, some on the same case at once, and write down what they were told."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.client import ROOT as API
from tests.faults.history import History, Result, Try
from tests.faults.seeded import MOST, PERSONS, SeededPerson
from tests.servers import wait_until

# What is done in each state, how often, and by whom: mostly to and fro, now and then a step further on the road.
Choice = tuple[int, str, str]
ROAD: Mapping[str, Sequence[Choice]] = {
    "submitted": ((12, "clerk", "return"), (3, "instructor", "withdraw"), (3, "clerk", "accept")),
    "ready": ((1, "instructor", "submit"),),
    "returned": ((1, "instructor", "submit"),),
    "under_review": ((8, "clerk", "return"), (2, "approver", "approve")),
    "approved": ((1, "instructor", "submit_candidates"),),
    "candidates_submitted": ((12, "instructor", "withdraw_candidates"), (1, "approver", "clear_candidates")),
    "candidates_cleared": ((1, "instructor", "record_election"),),
    "elected": ((1, "instructor", "submit_result"),),
    "result_submitted": ((12, "instructor", "withdraw_result"), (1, "approver", "confirm_result")),
    "result_confirmed": ((1, "clerk", "file"),),
    "filed": ((1, "org_dept", "acknowledge_filing"),),
}
# These want nothing entered but perhaps a reason; for the others the case itself is asked for its example.
PLAIN = {"submit": "", **dict.fromkeys(("return", "withdraw", "withdraw_candidates", "withdraw_result"), "请补正")}
PAPERS = {"submit_result": ("D13", "D14", "D15"), "file": ("D08", "D16", "D17")}
INSTRUCTOR = "instructor"  # each case has its own
SHARED = 0.15  # of the actions are on a case that somebody else works on as well
PEOPLE = ("clerk", "approver", "org_dept")

PDF = b"%PDF-1.4 a paper brought by a client"
BOUNDARY = "a-line-no-paper-has"

PATIENCE = 20.0  # for one answer
AWAY = 60.0  # for a web that does not even take the connection


class WebAway(Exception):
    """Nobody took the connection for too long."""


@dataclass
class Board:
    """What all clients of a trial share: the address, the tokens, where the cases stand, how much is still to do."""

    port: int
    history: History
    instructors: dict[int, str]  # of each case
    states: dict[int, str]
    actions: int
    clients: int = 8
    tokens: dict[str, str] = field(default_factory=dict)
    papers: set[tuple[int, str]] = field(default_factory=set)
    failures: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    # Reading fails too while parts are killed: that is no wish of anybody, but somebody waited.
    unread: int = 0
    keeps_connections: bool = True
    # Where the clients register persons.
    enterprise: int = 0
    # How long each client thinks before each action, on the average.
    thinks: float = 0

    @property
    def cases(self) -> list[int]:
        """Those on which there is something to do, in their order."""
        return [case_id for case_id in self.instructors if self.states[case_id] in ROAD]

    @property
    def is_done(self) -> bool:
        return self.over.is_set() or len(self.history.tries) >= self.actions or bool(self.failures)


class Client:
    """One person after another at one connection; `random` decides all, and the seed decides `random`."""

    def __init__(self, board: Board, number: int) -> None:
        self.board, self.number = board, number
        self.random = random.Random(f"{board.history.seed}-{number}")
        self._wishes = 0
        self._cases = list(board.instructors)
        self._mine = [case_id for case_id in self._cases if case_id % board.clients == number] or self._cases
        self._connection = self._new_connection()

    def run(self) -> None:
        try:
            self._register(PERSONS[self.number % MOST])
            while not self.board.is_done:
                self.step()
        except BaseException as error:
            self.board.failures.append(error)
        finally:
            self.close()

    def close(self) -> None:
        self._connection.close()

    def step(self) -> None:
        """One action on one case: mostly a case of one's own, now and then one that somebody else works on."""
        if self.board.thinks:
            self.board.over.wait(self.random.uniform(0, 2 * self.board.thinks))
        case_id = self._pick()
        if case_id is None:
            self.board.over.set()
            return
        state = self.board.states[case_id]
        choices = ROAD.get(state, ())
        if not choices:  # somebody else was faster
            return
        _, who, action = self.random.choices(choices, [weight for weight, _, _ in choices])[0]
        who = self.board.instructors[case_id] if who == INSTRUCTOR else who
        body = self._body(case_id, who, action)
        refused = body is None or self.wish(case_id, who, action, body) != "ok"
        if refused and self.board.states[case_id] == state:  # nobody has told meanwhile where it stands
            self._look(case_id)

    def _register(self, person: SeededPerson) -> None:
        """Numbers that are taken and numbers that are refused: whatever is said of them, they are told to nobody."""
        given = {"enterprise_id": self.board.enterprise, "name": person.name, "phone": person.phone}
        for identity in (person.identity[:-1] + "?", person.identity, person.identity):
            self.send("POST", "/persons", "clerk", {**given, "identity": identity})

    def _pick(self) -> int | None:
        """None where there is nothing left to do. Most cases have something to do, so few are looked at."""
        cases = self._cases if self.random.random() < SHARED else self._mine
        for _ in range(20):
            case_id = self.random.choice(cases)
            if self.board.states[case_id] in ROAD:
                return case_id
        left = self.board.cases
        return self.random.choice(left) if left else None

    def wish(self, case_id: int, who: str, action: str, body: Mapping[str, Any]) -> Result:
        """One action with one key. Half of those who got no answer ask again with the same key, as they should."""
        self._wishes += 1
        key = f"{self.board.history.seed}-{self.number}-{self._wishes}"
        result = self.attempt(key, case_id, who, action, body)
        while result == "unknown" and self.random.random() < 0.5 and not self.board.over.is_set():
            result = self.attempt(key, case_id, who, action, body)
        return result

    def attempt(self, key: str, case_id: int, who: str, action: str, body: Mapping[str, Any]) -> Result:
        began = time.monotonic()
        status, said = self.send("POST", f"/cases/{case_id}/actions/{action}", who, body, key)
        if status == 503:
            time.sleep(0.5)  # it was asked for five seconds; a trial has less patience
        result: Result = "ok" if status == 200 else "fail" if 400 <= status < 500 else "unknown"
        if result == "ok":
            self.board.states[case_id] = said["state"]
        self.board.history.add(
            Try(
                *(key, self.number, case_id, who, action, result, status, round(time.monotonic() - began, 4)),
                state=said.get("state"),
                version=said.get("version"),
                said="" if result == "ok" else str(said.get("title", said))[:200],
            )
        )
        return result

    def send(
        self, method: str, path: str, who: str, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return self.exchange(method, path, who, headers, json.dumps(body).encode() if body is not None else None)

    def exchange(
        self, method: str, path: str, who: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, Any]]:
        """Status and body; 0 where the connection broke or the answer did not come in time."""
        self._connect()
        signed = {**headers, "Authorization": f"Bearer {self.board.tokens[who]}"}
        signed |= {} if self.board.keeps_connections else {"Connection": "close"}
        try:
            self._connection.request(method, API + path, body, signed)
            with self._connection.getresponse() as response:
                answer = response.status, _read(response.read())
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return 0, {"title": type(error).__name__}
        if not self.board.keeps_connections:
            self._connection.close()
        return answer

    def _connect(self) -> None:
        """Nothing was asked for while nobody takes the connection, so that is no try."""
        end = time.monotonic() + AWAY
        while self._connection.sock is None:
            try:
                self._connection.connect()
            except OSError as error:
                if time.monotonic() > end:
                    raise WebAway(type(error).__name__) from error
                time.sleep(0.02)

    def _body(self, case_id: int, who: str, action: str) -> dict[str, Any] | None:
        if action in PLAIN:
            return {"reason": PLAIN[action]} if PLAIN[action] else {}
        self._bring_papers(case_id, who, action)
        status, case = self.send("GET", f"/cases/{case_id}", who)
        if status != 200:
            self.board.unread += 1
            return None
        views = {view["action"]: view for view in case["actions"]}
        if action not in views:
            return None
        reason = {"reason": "同意"} if views[action]["reason"] == "required" else {}
        return {"data": views[action]["example"], **reason}

    def _bring_papers(self, case_id: int, who: str, action: str) -> None:
        for code in PAPERS.get(action, ()):
            if (case_id, code) in self.board.papers:
                continue
            if self.bring(case_id, who, code)[0] == 201:
                self.board.papers.add((case_id, code))

    def bring(self, case_id: int, who: str, code: str, content: bytes = PDF) -> tuple[int, dict[str, Any]]:
        """Uploads a paper."""
        head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
        start = f'{head}"code"\r\n\r\n{code}\r\n{head}"file"; filename="paper.pdf"\r\n\r\n'.encode()
        form = start + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self.exchange("POST", f"/cases/{case_id}/documents", who, headers, form)

    def _look(self, case_id: int) -> None:
        """Where the case stands, for one who was refused or got no answer."""
        status, case = self.send("GET", f"/cases/{case_id}", "clerk")
        if status == 200:
            self.board.states[case_id] = case["state"]
        else:
            self.board.unread += 1

    def _new_connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.board.port, timeout=PATIENCE)


def acted(board: Board, count: int, within: float = 300) -> None:
    """Waits until so many more tries were made."""
    goal = len(board.history.tries) + count
    wait_until(lambda: len(board.history.tries) >= goal or board.is_done, f"{count} tries", within=within)


def _read(body: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(body))
    except ValueError:
        return {"title": body.decode(errors="replace")}


@contextmanager
def clients_at_work(board: Board) -> Iterator[None]:
    """All clients act while the block runs and until they have done what there is to do; what went wrong is raised."""
    threads = [threading.Thread(target=Client(board, number).run, daemon=True) for number in range(board.clients)]
    for thread in threads:
        thread.start()
    try:
        yield
    except BaseException:
        board.over.set()
        raise
    finally:
        for thread in threads:
            thread.join()
    if board.failures:
        raise board.failures[0]
