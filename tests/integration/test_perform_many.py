"""Many actions in one transaction: all or none, each judged and written as one alone, in few statements."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select

from tests.district import District
from tests.integration.test_races import all_at_once
from workflow.engine import Command, Outcome, perform, perform_many, rehearse_many
from workflow.errors import Conflict, InvalidInput, NotFound, NotPermitted, SeveralRefused, TransitionRefused
from workflow.ledger import verify
from workflow.models import Case, Deadline, LedgerEntry, OutboxRow, WorkItem

FIRMS = ("first", "second", "third", "fourth")


def submitted(district: District) -> list[int]:
    return [district.walk(district.open(firm), until="submitted") for firm in FIRMS]


def accept(district: District, case_id: int, **more: Any) -> Command:
    return Command(case_id, "accept", district.people["clerk"], data={"receipt_no": "收1"}, **more)


def rows_of(district: District, case_id: int) -> list[tuple[object, ...]]:
    """What an action leaves of a case besides numbers and hashes of its own."""
    with district.db.reading() as session:
        case = session.get_one(Case, case_id)
        items = session.execute(
            select(WorkItem.state, WorkItem.role, WorkItem.due_on, WorkItem.closed_at)
            .where(WorkItem.case_id == case_id)
            .order_by(WorkItem.id)
        )
        clocks = session.execute(
            select(Deadline.code, Deadline.status, Deadline.due_on)
            .where(Deadline.case_id == case_id)
            .order_by(Deadline.id)
        )
        told = session.execute(
            select(OutboxRow.user_id, OutboxRow.channel).where(
                OutboxRow.case_id == case_id, OutboxRow.event == f"case:{case_id}:{case.version}"
            )
        )
        entries = session.execute(
            select(LedgerEntry.action, LedgerEntry.role, LedgerEntry.occurred_on)
            .where(LedgerEntry.case_id == case_id)
            .order_by(LedgerEntry.seq)
        )
        found: list[tuple[object, ...]] = [(case.state, case.version, case.facts)]
        return [*found, *map(tuple, items), *map(tuple, clocks), *sorted(map(tuple, told)), *map(tuple, entries)]


def test_many_leave_the_same_rows_as_one_by_one(district: District) -> None:
    alone, *together = submitted(district)
    perform(district.runtime, accept(district, alone))
    outcomes = perform_many(district.runtime, [accept(district, case_id) for case_id in together])
    version = district.case(alone).version
    assert outcomes == [Outcome(case_id, "accept", "under_review", version) for case_id in together]
    for case_id in together:
        assert rows_of(district, case_id) == rows_of(district, alone)
    with district.db.reading() as session:
        assert verify(session).ok


def test_different_actions_go_together_and_what_follows_by_itself_follows(district: District) -> None:
    """Returning starts a clock; an enterprise that shrank falls back to training by itself."""
    first, second = (district.walk(district.open(firm), until="submitted") for firm in FIRMS[:2])
    shrunk = district.walk(district.open("third"), until="ready")
    count = {**district.example(shrunk, "instructor", "record_headcount"), "full_members": 2}
    commands = [
        Command(first, "return", district.people["clerk"], reason="缺页"),
        accept(district, second),
        Command(shrunk, "record_headcount", district.people["instructor"], data=count),
    ]
    perform_many(district.runtime, commands)
    assert [district.state(c) for c in (first, second, shrunk)] == ["returned", "under_review", "training"]
    assert district.actions(shrunk)[-2:] == ["record_headcount", "unready"]
    with district.db.reading() as session:
        assert verify(session).ok


def test_one_that_is_refused_stops_all_and_every_reason_is_named(district: District) -> None:
    first, second, third, fourth = submitted(district)
    before = {case_id: rows_of(district, case_id) for case_id in (first, second, third, fourth)}
    commands = [
        accept(district, first),
        Command(second, "accept", district.people["clerk"]),
        Command(third, "approve", district.people["approver"], data=district.example(third, "approver", "approve")),
        accept(district, fourth, expected_version=1),
        Command(10_000, "accept", district.people["clerk"]),
    ]
    with pytest.raises(SeveralRefused) as refused:
        perform_many(district.runtime, commands)
    kinds = {case_id: type(error) for case_id, error in refused.value.refusals.items()}
    assert kinds == {second: InvalidInput, third: InvalidInput, fourth: Conflict, 10_000: NotFound}
    assert {case_id: rows_of(district, case_id) for case_id in before} == before


def test_a_rehearsal_says_case_by_case_what_stands_against_it_and_changes_nothing(district: District) -> None:
    first, second, third, _ = submitted(district)
    before = rows_of(district, first)
    commands = [
        accept(district, first),
        Command(second, "accept", district.people["instructor"], data={"receipt_no": "收1"}),
        Command(third, "file", district.people["clerk"], data=district.example(third, "clerk", "file")),
    ]
    with district.db.reading() as session:
        judged = rehearse_many(session, district.runtime, commands)
    assert judged[0].refusal is None
    assert isinstance(judged[1].refusal, NotPermitted)
    assert isinstance(judged[2].refusal, InvalidInput | TransitionRefused)
    assert rows_of(district, first) == before


def test_a_case_is_named_once(district: District) -> None:
    first, *_ = submitted(district)
    with pytest.raises(InvalidInput):
        perform_many(district.runtime, [accept(district, first), accept(district, first)])
    assert district.state(first) == "submitted"


def test_a_repeated_request_is_answered_as_the_first_time(district: District) -> None:
    cases = submitted(district)
    commands = [accept(district, case_id, idempotency_key=f"k{case_id}") for case_id in cases]
    first = perform_many(district.runtime, commands)
    again = perform_many(district.runtime, commands)
    assert [(o.case_id, o.state, o.version) for o in again] == [(o.case_id, o.state, o.version) for o in first]
    assert all(outcome.replayed for outcome in again)


def test_two_who_take_the_same_many_in_opposite_order_do_not_block_each_other(district: District) -> None:
    """Rows are locked in the order of their numbers: one of them is first, the other is told."""
    cases = submitted(district)
    forward = [accept(district, case_id) for case_id in cases]
    deeds = [lambda c=commands: perform_many(district.runtime, c) for commands in (forward, forward[::-1]) * 3]  # type: ignore[misc]
    answers = all_at_once(deeds)
    assert sum(isinstance(answer, SeveralRefused) for answer in answers) == len(deeds) - 1
    assert {district.state(case_id) for case_id in cases} == {"under_review"}


def test_reading_takes_as_many_queries_for_four_as_for_one(postgres_district: District) -> None:
    district = postgres_district
    cases = submitted(district)

    def queries(count: int) -> int:
        seen: list[str] = []

        def note(_c: object, _u: object, statement: str, *_: object) -> None:
            seen.append(statement)

        event.listen(district.db.engine, "before_cursor_execute", note)
        with district.db.reading() as session:
            rehearse_many(session, district.runtime, [accept(district, case_id) for case_id in cases[:count]])
        event.remove(district.db.engine, "before_cursor_execute", note)
        return len(seen)

    assert queries(4) == queries(1)
