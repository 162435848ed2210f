from __future__ import annotations

from datetime import timedelta

from tests.clocks import START
from workflow.models import OutboxRow
from workflow.outbox import rows_for, wait_after

PAYLOAD = {"title": {"zh": "题", "en": "Title"}, "body": {"zh": "文", "en": "Body"}, "link": "/cases/12"}


def test_everybody_is_told_in_the_application_and_a_person_named_twice_once() -> None:
    rows = rows_for("case:12:7", "transition", 12, [1, 2, 1], PAYLOAD, START)
    assert [(r["user_id"], r["channel"]) for r in rows] == [(1, "in_app"), (2, "in_app")]


def test_a_row_fills_every_column_so_that_one_statement_inserts_many() -> None:
    (row,) = rows_for("case:12:7", "transition", 12, [1], PAYLOAD, START)
    assert set(row) == set(OutboxRow.__table__.columns.keys())
    assert (row["status"], row["due_at"], row["attempts"], row["payload"]) == ("new", START, 0, PAYLOAD)


def test_ids_differ() -> None:
    rows = rows_for("e", "transition", 1, range(100), PAYLOAD, START)
    assert len({row["id"] for row in rows}) == 100


def test_the_wait_doubles_up_to_an_hour() -> None:
    waits = [wait_after(attempts) for attempts in range(1, 12)]
    assert waits[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert waits[-1] == timedelta(hours=1)
    assert waits == sorted(waits)
