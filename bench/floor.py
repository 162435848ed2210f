"""The floor: the rows of one action written with the bare driver, in one transaction, with no rule asked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, Protocol
from uuid import uuid4

import psycopg

from workflow.database import Database

NOW = "2026-11-23 02:00:00.000000"
DAY = "2026-11-23"
PAYLOAD = json.dumps({"title": {"zh": "示例有限公司：已报请示"}, "body": {"zh": "示例" * 40}, "link": "/cases/1"})
CONTENT = json.dumps({"data": {"requested_on": DAY}, "reason": "补正后重报"})
HASH = "0" * 64

# What a return and a resubmission write, taken from what the engine writes for them.
STATEMENTS: tuple[tuple[str, str], ...] = (
    ("one", "SELECT id, version, state, facts FROM case_file WHERE id = ?"),
    (
        "one",
        "UPDATE case_file SET version = version + 1, state = ?, ledger_head = ?, updated_at = ?, facts = ?"
        " WHERE id = ?",
    ),
    (
        "one",
        "INSERT INTO ledger_entry (case_id, seq, action, from_state, to_state, actor_id, role, organisation_id,"
        " occurred_on, recorded_at, definition_version, rules_version, content_digest, prev_hash, hash)"
        " VALUES (?, ?, 'floor', 'a', 'b', ?, 'clerk', NULL, ?, ?, 1, 'x', ?, ?, ?)",
    ),
    ("one", "INSERT INTO ledger_content (case_id, seq, salt, content) VALUES (?, ?, ?, ?)"),
    ("one", "UPDATE work_item SET closed_at = ? WHERE case_id = ? AND closed_at IS NULL"),
    ("one", "INSERT INTO work_item (case_id, state, role, due_on, opened_at) VALUES (?, 'b', 'committee', ?, ?)"),
    (
        "one",
        "UPDATE deadline SET status = 'stopped', stopped_at = ?, next_alert_on = NULL"
        " WHERE case_id = ? AND status <> 'stopped' AND code IN ('T07', 'T08', 'T09')",
    ),
    (
        "many",
        "INSERT INTO deadline (case_id, code, status, starts_on, due_on, provisional, started_at)"
        " VALUES (?, ?, 'running', ?, ?, ?, ?)",
    ),
    (
        "many",
        "INSERT INTO outbox (id, event, kind, case_id, user_id, channel, payload, status, due_at, attempts,"
        " created_at) VALUES (?, ?, 'transition', ?, ?, 'in_app', ?, 'new', ?, 0, ?)",
    ),
)


class Cursor(Protocol):
    """What both drivers offer."""

    def execute(self, sql: Any, parameters: Any) -> object: ...
    def executemany(self, sql: Any, parameters: Any) -> object: ...


class Floor:
    """Writes the rows of `count` actions, a transaction each, over the given cases."""

    def __init__(self, database: Database, case_ids: Sequence[int], people: Sequence[int], told: int) -> None:
        self.case_ids, self.people, self.told = case_ids, people, told
        self.is_sqlite = database.is_sqlite
        self.connection = _connect(database)
        self.statements = [(kind, sql if self.is_sqlite else sql.replace("?", "%s")) for kind, sql in STATEMENTS]
        self.seq = 1_000_000

    def run(self, count: int) -> None:
        for number in range(count):
            self._act(self.case_ids[number % len(self.case_ids)])

    def _act(self, case_id: int) -> None:
        self.seq += 1
        cursor = self.connection.cursor()
        if self.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for (kind, sql), values in zip(self.statements, self._values(case_id), strict=True):
            (cursor.execute if kind == "one" else cursor.executemany)(sql, values)  # type: ignore[operator]
        self.connection.commit()

    def _values(self, case_id: int) -> list[Any]:
        seq, actor = self.seq, self.people[0]
        clocks = [(case_id, code, DAY, DAY, False, NOW) for code in ("T07", "T09")]
        told = [
            (uuid4().hex, f"floor:{case_id}:{seq}", case_id, self.people[n % len(self.people)], PAYLOAD, NOW, NOW)
            for n in range(self.told)
        ]
        return [
            (case_id,),
            ("submitted", HASH, NOW, CONTENT, case_id),
            (case_id, seq, actor, DAY, NOW, HASH, HASH, HASH),
            (case_id, seq, HASH[:32], CONTENT),
            (NOW, case_id),
            (case_id, DAY, NOW),
            (NOW, case_id),
            clocks,
            told,
        ]

    def close(self) -> None:
        self.connection.close()


def _connect(database: Database) -> Any:
    if not database.is_sqlite:
        return psycopg.connect(database.url.replace("postgresql+psycopg://", "postgresql://"))
    connection = sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
