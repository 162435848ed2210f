"""Two at the same instant: one wins, the others are told so. Real threads and a barrier, on both stores."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import func, select

from tests.district import District
from workflow.engine import Command, open_case, perform
from workflow.errors import Conflict, KeyReused, TransitionRefused, WorkflowError
from workflow.ledger import verify
from workflow.models import Case, LedgerEntry, OutboxRow, WorkItem

CROWD = 8


def all_at_once(deeds: list[Callable[[], object]]) -> list[object]:
    """Runs each in its own thread, released together; answers results and errors in order."""
    barrier = threading.Barrier(len(deeds))
    answers: list[object] = [None] * len(deeds)

    def run(place: int) -> None:
        barrier.wait()
        try:
            answers[place] = deeds[place]()
        except WorkflowError as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_many_who_decide_on_one_case_at_once_exactly_one_succeeds(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    version = district.case(case_id).version
    accept = {"receipt_no": "收1"}

    def deed(action: str) -> Callable[[], object]:
        data, reason = (accept, None) if action == "accept" else ({}, "缺件")
        command = Command(case_id, action, district.people["clerk"], data=data, reason=reason, expected_version=version)
        return lambda: perform(district.runtime, command)

    answers = all_at_once([deed("accept" if n % 2 else "return") for n in range(CROWD)])

    losers = [a for a in answers if isinstance(a, WorkflowError)]
    assert len(losers) == CROWD - 1
    assert all(isinstance(loser, Conflict) for loser in losers)
    assert district.case(case_id).version == version + 1
    with district.db.reading() as session:
        assert verify(session).ok
        open_items = session.scalar(
            select(func.count()).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))
        )
    assert open_items == 1


def test_without_a_version_the_second_is_refused_by_the_state(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    command = Command(case_id, "accept", district.people["clerk"], data={"receipt_no": "收1"})
    answers = all_at_once([lambda: perform(district.runtime, command)] * CROWD)
    assert sum(isinstance(a, TransitionRefused) for a in answers) == CROWD - 1


def test_one_key_sent_many_times_at_once_has_one_effect_and_one_answer(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    command = Command(case_id, "accept", district.people["clerk"], data={"receipt_no": "收1"}, idempotency_key="tap")
    answers = all_at_once([lambda: perform(district.runtime, command)] * CROWD)

    assert {(a.state, a.version) for a in answers} == {("under_review", district.case(case_id).version)}  # type: ignore[attr-defined]
    with district.db.reading() as session:
        count = session.scalar(select(func.count()).where(LedgerEntry.idempotency_key == "tap"))
        events = session.execute(
            select(OutboxRow.event, OutboxRow.user_id, OutboxRow.channel).where(OutboxRow.case_id == case_id)
        ).all()
    assert count == 1
    assert len(events) == len(set(events))


def test_one_key_on_two_cases_at_once_has_one_effect(district: District) -> None:
    cases = [district.walk(district.open(firm), until="submitted") for firm in ("first", "second")]
    clerk = district.people["clerk"]
    commands = [Command(c, "accept", clerk, data={"receipt_no": "收1"}, idempotency_key="tap") for c in cases]
    answers = all_at_once([lambda c=c: perform(district.runtime, c) for c in commands])  # type: ignore[misc]
    assert sum(isinstance(a, KeyReused) for a in answers) == 1
    assert sorted(district.state(c) for c in cases) == ["submitted", "under_review"]


def test_a_case_is_opened_once_however_many_press_the_button(district: District) -> None:
    code, manager = district.codes["third"], district.people["org_dept"]
    answers = all_at_once([lambda: open_case(district.runtime, code, manager)] * CROWD)
    assert sum(isinstance(a, Conflict) for a in answers) == CROWD - 1
    with district.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_actions_on_different_cases_do_not_hinder_each_other(district: District) -> None:
    firms = ("first", "second", "third", "fourth")
    cases = [district.walk(district.open(firm), until="submitted") for firm in firms]
    clerk = district.people["clerk"]
    commands = [Command(c, "accept", clerk, data={"receipt_no": "收1"}) for c in cases]
    all_at_once([lambda c=c: perform(district.runtime, c) for c in commands])  # type: ignore[misc]
    assert {district.state(c) for c in cases} == {"under_review"}
