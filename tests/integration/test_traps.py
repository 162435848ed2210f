"""Traps other workflow systems fell into, each held shut by name (the accidents are public)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, insert, select

from tests.district import District
from tests.policies import with_policy
from tests.servers import wait_until
from workflow.cleanup import remove_expired
from workflow.definition.approval import Approval, Policy
from workflow.delivery.letting_out import let_out
from workflow.engine import Command, available_actions, perform_many
from workflow.errors import NotFound, NotPermitted, TransitionRefused, WorkflowError
from workflow.ledger import verify
from workflow.models import ApprovalRound, Base, Case, OutboxRow, Signer, WebSession, WorkItem
from workflow.models.base import table_of
from workflow.outbox import IN_APP_AT_ONCE, rows_for, take_due
from workflow.published import Published
from workflow.settings import MOST_A_DAY


def test_the_lock_is_held_until_the_commit_and_no_longer(postgres_district: District) -> None:
    """Elsewhere it was let go before the commit, and a second action went in between."""
    district = postgres_district
    case_id = district.walk(district.open(), until="submitted")
    done = threading.Event()

    def accept() -> None:
        district.do(case_id, "clerk", "accept", {"receipt_no": "收1"})
        done.set()

    other = threading.Thread(target=accept)
    with district.db.unit_of_work() as session:
        session.get_one(Case, case_id, with_for_update=True)
        other.start()
        wait_until(lambda: other.is_alive(), "the other action")
        assert not done.wait(0.3)
    other.join()
    assert done.is_set()


def test_a_permission_is_a_gate_and_not_a_question(district: District) -> None:
    """What is not offered is not done either: every action of the state, tried by somebody it is not offered to."""
    case_id = district.walk(district.open(), until="under_review")
    for who in ("instructor", "federation", "social_work"):
        with district.db.reading() as session:
            offered = {v.action for v in available_actions(session, district.runtime, case_id, district.people[who])}
        for action in district.runtime.branch_formation.leaving("under_review"):
            if action.action not in offered:
                with pytest.raises(NotPermitted):
                    district.do(case_id, who, action.action, {}, reason="试")


def test_a_case_of_another_area_is_not_reached_by_any_address(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    for name in ("accept", "return"):
        with pytest.raises(NotFound):
            district.do(case_id, "other_clerk", name, {}, reason="试")
    with pytest.raises(NotFound):
        district.gesture(case_id, "other_clerk", "claim")


def test_a_decision_closes_the_to_do_it_was_about(district: District) -> None:
    case_id = district.walk(district.open(), until="approved")
    with district.db.reading() as session:
        open_states = session.scalars(select(WorkItem.state).where(WorkItem.closed_at.is_(None))).all()
    assert open_states == ["approved"]
    assert district.state(case_id) == "approved"


def test_a_second_visit_to_a_state_is_told_again(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    first = _told(district, "clerk")
    for _ in range(2):
        district.do(case_id, "clerk", "return", reason="缺附件")
        district.do(case_id, "instructor", "submit")
    assert _told(district, "clerk") == first + 2


def _told(district: District, who: str) -> int:
    mine = select(func.count()).where(OutboxRow.user_id == district.people[who], OutboxRow.channel == "in_app")
    with district.db.reading() as session:
        return session.scalar(mine) or 0


def test_asked_again_after_somebody_else_means_answering_again(district: District) -> None:
    """A, B, A: the second place of A is not taken as answered by the first."""
    district.add_person("second_approver", "approver", "chamber")
    with_policy(district, Approval(Policy.IN_ORDER))
    case_id = district.walk(district.open(), until="candidates_submitted")
    district.do(case_id, "approver", "clear_candidates")
    district.gesture(case_id, "second_approver", "add_signer_after", {"person": "approver"})
    assert district.gesture(case_id, "second_approver", "sign_agree").state == "candidates_submitted"
    assert district.gesture(case_id, "approver", "sign_agree").state == "candidates_cleared"


def test_nobody_is_asked_twice_in_a_row(district: District) -> None:
    district.add_person("second_approver", "approver", "chamber")
    with_policy(district, Approval(Policy.IN_ORDER))
    case_id = district.walk(district.open(), until="candidates_submitted")
    district.do(case_id, "approver", "clear_candidates")
    with pytest.raises(TransitionRefused) as refused:
        district.gesture(case_id, "second_approver", "add_signer_after", {"person": "second_approver"})
    assert [p.code for p in refused.value.problems] == ["SELF"]
    with district.db.reading() as session:
        assert len(session.scalars(select(Signer.user_id)).all()) == 2


def test_what_was_handed_over_stays_with_the_receiver_whatever_happens_beside_it(district: District) -> None:
    """Elsewhere the next refresh gave it back to the old owner."""
    district.add_person("second_clerk", "clerk", "chamber")
    case_id = district.walk(district.open(), until="submitted")
    district.gesture(case_id, "clerk", "hand_over", {"person": "second_clerk"}, reason="出差")
    district.do(case_id, "instructor", "log_visit")
    district.paper(case_id, "instructor", "D05")
    with pytest.raises(NotPermitted):
        district.do(case_id, "clerk", "accept")
    assert district.do(case_id, "second_clerk", "accept").state == "under_review"


def test_answers_of_an_ended_round_are_kept_when_the_case_comes_again(district: District) -> None:
    """Elsewhere the review rows were deleted when the review was started anew."""
    for key in ("second_approver", "third_approver"):
        district.add_person(key, "approver", "chamber")
    case_id = district.walk(district.open(), until="candidates_submitted")
    district.do(case_id, "approver", "clear_candidates")
    district.gesture(case_id, "second_approver", "sign_refuse", reason="名单不妥")
    district.do(case_id, "clerk", "return_candidates", reason="未通过")
    district.do(case_id, "instructor", "submit_candidates")
    district.do(case_id, "approver", "clear_candidates")
    with district.db.reading() as session:
        assert session.scalars(select(ApprovalRound.outcome).order_by(ApprovalRound.id)).all() == ["failed", None]
        assert session.scalars(select(Signer.reason).where(Signer.decision == "refuse")).all() == ["名单不妥"]


def test_a_claim_does_not_run_out_while_its_owner_is_there(district: District) -> None:
    district.add_person("second_clerk", "clerk", "chamber")
    case_id = district.walk(district.open(), until="submitted")
    district.gesture(case_id, "clerk", "claim")
    district.clock.advance(days=30)
    with pytest.raises(WorkflowError):
        district.do(case_id, "second_clerk", "accept")
    assert district.do(case_id, "clerk", "accept").state == "under_review"


def test_a_batch_leaves_nothing_out_that_a_single_action_does(district: District) -> None:
    """Elsewhere notices and to-dos were skipped where many were moved at once."""
    alone, other, third = (
        district.walk(district.open(firm), until="submitted") for firm in ("first", "second", "third")
    )
    accept = {"receipt_no": "收1"}
    district.do(alone, "clerk", "accept", accept)
    clerk = district.people["clerk"]
    perform_many(district.runtime, [Command(case_id, "accept", clerk, data=accept) for case_id in (other, third)])
    assert _left_by(district, other) == _left_by(district, third) == _left_by(district, alone)


def _left_by(district: District, case_id: int) -> tuple[list[str], list[tuple[int, str]]]:
    event = f"case:{case_id}:{district.case(case_id).version}"
    told = select(OutboxRow.user_id, OutboxRow.channel).where(OutboxRow.event == event)
    items = select(WorkItem.state).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))
    with district.db.reading() as session:
        return list(session.scalars(items)), sorted((row.user_id, row.channel) for row in session.execute(told))


def test_the_queue_does_not_fill_up_with_what_nobody_works_on(district: District) -> None:
    """Elsewhere two million stale jobs lay in the broker: here so many are handed out as can be drained in a lease."""
    now = district.clock()
    with district.db.unit_of_work() as session:
        rows = rows_for("flood", "transition", None, district.people.values(), {}, now)
        many = [{**row, "id": f"{n}-{row['id']}", "event": f"flood:{n}"} for n in range(80) for row in rows]
        session.execute(insert(table_of(OutboxRow)), many)
    handed_out = []
    for _ in range(3):
        with district.db.unit_of_work() as session:
            let_out(session, now, set(), MOST_A_DAY, Published())
            handed_out += take_due(session, now, 2)
    assert len(handed_out) == IN_APP_AT_ONCE < len(many)


def test_cleaning_up_leaves_no_child_without_its_parent_nor_a_parent_for_ever(district: District) -> None:
    """Elsewhere the children were deleted and the parents stayed. Here cases are kept whole."""
    case_id = district.walk(district.open(), until="established")
    before = _rows_of_everything(district)
    with district.db.unit_of_work() as session:
        session.add(
            WebSession(
                id_digest="x",
                user_id=district.people["clerk"],
                data={},
                created_at=district.clock(),
                seen_at=district.clock(),
                expires_at=district.clock(),
            )
        )
    district.clock.advance(days=4000)
    with district.db.unit_of_work() as session:
        remove_expired(session, district.clock())
    assert _rows_of_everything(district) == before
    with district.db.reading() as session:
        assert verify(session, case_id).ok


def _rows_of_everything(district: District) -> dict[str, int]:
    with district.db.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
