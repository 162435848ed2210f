"""Two at the same instant: one wins, the others are told so. Real threads and a barrier, on both stores."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial

from sqlalchemy import func, select, text

from tests.district import District
from tests.policies import with_policy
from tests.servers import wait_until
from workflow.definition.approval import Approval, Policy
from workflow.engine import Command, open_case, perform
from workflow.errors import Conflict, KeyReused, TransitionRefused, WorkflowError
from workflow.ledger import verify
from workflow.models import Case, Enterprise, LedgerEntry, OutboxRow, Signer, WorkItem

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


# `make soak` tries 200.
VOTED_CASES = int(os.environ.get("ZUJIAN_VOTED_CASES", "3"))
VOTERS = 50


def test_of_fifty_votes_at_one_instant_every_one_is_kept_and_the_case_moves_once(postgres_district: District) -> None:
    district = postgres_district
    with_policy(district, Approval(Policy.WEIGHTED, (1, 2)))
    voters = [f"voter{number}" for number in range(VOTERS)]
    for key in voters:
        district.add_person(key, "approver", "chamber")
    firms = ["first", "second", "third", "fourth"]
    for number in range(VOTED_CASES):
        case_id = district.walk(district.open(firms[number % len(firms)]), until="candidates_submitted")
        assert district.do(case_id, "approver", "clear_candidates").waits_for == VOTERS
        answers = all_at_once([partial(district.gesture, case_id, key, "sign_agree") for key in voters])

        kept = [answer for answer in answers if not isinstance(answer, WorkflowError)]
        late = [answer for answer in answers if isinstance(answer, TransitionRefused)]
        assert len(kept) + len(late) == VOTERS
        # More than half of 51 votes: the proposer's and 25 more; whoever comes later hears that it is decided.
        assert len(kept) == 25
        assert {problem.code for refused in late for problem in refused.problems} == {"NO_ROUND"}
        actions = district.actions(case_id)
        assert actions.count("clear_candidates") == 1
        assert actions.count("sign_agree") == 25
        assert district.state(case_id) == "candidates_cleared"
        district.do(case_id, "org_dept", "close", {"close_code": "by_mistake"}, reason="测试结束")
    with district.db.reading() as session:
        assert verify(session).ok
        signed = session.scalar(select(func.count()).select_from(Signer).where(Signer.decision == "agree"))
    assert signed == VOTED_CASES * 26


def test_a_count_that_commits_while_another_action_waits_for_the_case_is_what_that_action_sees(
    postgres_district: District,
) -> None:
    """The members left in the very moment in which the enterprise is marked as ripe."""
    district = postgres_district
    case_id = district.walk(district.open(), until="training")
    answers: list[object] = []

    def mark_ready() -> None:
        try:
            answers.append(district.do(case_id, "instructor", "mark_ready", {}))
        except WorkflowError as error:
            answers.append(error)

    waiting = threading.Thread(target=mark_ready)
    with district.db.unit_of_work() as session:
        session.get_one(Case, case_id, with_for_update=True)
        session.get_one(Enterprise, district.enterprises["first"]).full_members = 2
        session.flush()
        waiting.start()
        wait_until(lambda: _somebody_waits(district), "the other action at the lock")
    waiting.join()
    assert isinstance(answers[0], TransitionRefused)
    assert [problem.code for problem in answers[0].problems] == ["G05"]


def _somebody_waits(district: District) -> bool:
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with district.db.reading() as session:
        return bool(session.scalar(blocked))
