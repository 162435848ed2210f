"""What people do around an action: claim, hand over, ask, copy, nudge, withdraw, send back; on both stores."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.district import District
from workflow.engine import Command
from workflow.engine.actors import load_actor
from workflow.engine.shown import shown_token
from workflow.errors import Conflict, InvalidInput, KeyReused, NotFound, NotPermitted, TransitionRefused
from workflow.gestures import gestures_of, take_gesture
from workflow.gestures.catalogue import GESTURES
from workflow.ledger import verify
from workflow.models import Deadline, OutboxRow, Question, WorkItem
from workflow.queries.inbox import inbox
from workflow.queries.seen import seen_work


@pytest.fixture
def waiting(district: District) -> int:
    """A request that the chamber's clerk has to accept; two could."""
    district.add_person("second_clerk", "clerk", "chamber")
    return district.walk(district.open(), until="submitted")


def refusal(district: District, case_id: int, who: str, name: str, data: dict | None = None, **more: str) -> list[str]:
    with pytest.raises(TransitionRefused) as refused:
        district.gesture(case_id, who, name, data, **more)
    return [problem.code for problem in refused.value.problems]


def offered(district: District, case_id: int, who: str) -> dict[str, bool]:
    with district.db.reading() as session:
        actor = load_actor(session, district.people[who], district.runtime.today())
        work = seen_work(session, district.runtime, actor, case_id)
        return {view.gesture: view.allowed for view in gestures_of(work, actor)}


def in_inbox(district: District, who: str) -> list[int]:
    today = district.runtime.today()
    with district.db.reading() as session:
        actor = load_actor(session, district.people[who], today)
        return [card.case_id for card in inbox(session, district.runtime, actor, today=today).cards]


def told(district: District, kind: str) -> list[int]:
    with district.db.reading() as session:
        return list(
            session.scalars(select(OutboxRow.user_id).where(OutboxRow.kind == kind, OutboxRow.channel == "in_app"))
        )


def test_a_claimed_step_is_one_persons_until_it_is_released(district: District, waiting: int) -> None:
    district.gesture(waiting, "clerk", "claim")
    assert in_inbox(district, "second_clerk") == []
    assert in_inbox(district, "clerk") == [waiting]
    assert district.problems(waiting, "second_clerk", "accept") == ["CLAIMED"]
    with pytest.raises(NotPermitted, match="has claimed this step"):
        district.do(waiting, "second_clerk", "accept")
    assert refusal(district, waiting, "second_clerk", "claim") == ["CLAIMED"]
    assert refusal(district, waiting, "second_clerk", "release") == ["NOT_CLAIMED"]
    district.gesture(waiting, "clerk", "release")
    assert in_inbox(district, "second_clerk") == [waiting]
    assert district.do(waiting, "second_clerk", "accept").state == "under_review"


def test_a_step_handed_over_is_the_receivers_and_a_new_step_is_everybodys(district: District, waiting: int) -> None:
    assert refusal(district, waiting, "clerk", "hand_over", {"person": "org_dept"}, reason="出差") == ["CANNOT_TAKE_IT"]
    district.gesture(waiting, "clerk", "hand_over", {"person": "second_clerk"}, reason="出差")
    assert in_inbox(district, "clerk") == []
    assert told(district, "handed_over") == [district.people["second_clerk"]]
    with pytest.raises(NotPermitted):
        district.do(waiting, "clerk", "accept")
    district.do(waiting, "second_clerk", "return", reason="缺附件")
    district.do(waiting, "instructor", "submit")
    assert in_inbox(district, "clerk") == [waiting]


def test_a_question_holds_nothing_up_and_its_answer_goes_back(district: District, waiting: int) -> None:
    district.gesture(waiting, "clerk", "ask", {"person": "instructor", "question": "营业执照何时换发？"})
    assert offered(district, waiting, "instructor")["answer"]
    assert refusal(district, waiting, "clerk", "answer", {"answer": "不知道"}) == ["NOT_ASKED"]
    district.gesture(waiting, "instructor", "answer", {"answer": "下月"})
    with district.db.reading() as session:
        assert session.scalars(select(Question.answer)).all() == ["下月"]
    assert told(district, "answer") == [district.people["clerk"]]
    assert district.do(waiting, "clerk", "accept").state == "under_review"


def test_a_copy_goes_to_each_person_once_and_is_read_once(district: District, waiting: int) -> None:
    district.gesture(waiting, "clerk", "copy_to", {"person": "social_work"})
    assert refusal(district, waiting, "second_clerk", "copy_to", {"person": "social_work"}) == ["COPIED_ALREADY"]
    assert refusal(district, waiting, "clerk", "copy_to", {"person": "other"}) == ["CANNOT_SEE"]
    assert told(district, "copy") == [district.people["social_work"]]
    assert offered(district, waiting, "social_work")["seen"]
    district.gesture(waiting, "social_work", "seen")
    assert refusal(district, waiting, "social_work", "seen") == ["NOT_COPIED"]


def test_a_nudge_reaches_the_holders_once_a_day_whoever_nudges(district: District, waiting: int) -> None:
    assert "nudge" not in offered(district, waiting, "clerk")
    district.gesture(waiting, "instructor", "nudge")
    assert {district.people["clerk"], district.people["second_clerk"]} <= set(told(district, "nudge"))
    assert district.people["instructor"] not in told(district, "nudge")
    assert refusal(district, waiting, "org_dept", "nudge") == ["NUDGED_ALREADY"]
    district.clock.advance(hours=25)
    district.gesture(waiting, "org_dept", "nudge")


def test_only_the_submitter_withdraws_and_only_until_it_is_accepted(district: District, waiting: int) -> None:
    district.do(waiting, "org_dept", "reassign", {"instructor": "other.user", "no_conflict": True}, reason="调整分工")
    with pytest.raises(TransitionRefused) as refused:
        district.do(waiting, "other", "withdraw", {}, reason="有误")
    assert [p.code for p in refused.value.problems] == ["R05"]
    case_id = district.walk(district.open("second"), until="submitted")
    assert district.do(case_id, "instructor", "withdraw", {}, reason="附件有误").state == "ready"
    district.do(case_id, "instructor", "submit")
    district.do(case_id, "clerk", "accept")
    with pytest.raises(TransitionRefused):
        district.do(case_id, "instructor", "withdraw", {}, reason="附件有误")


def test_sent_back_to_an_earlier_step_the_road_is_walked_again(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    data = {"to_state": "training", "afterwards": "continue"}
    assert district.do(case_id, "clerk", "return_to", data, reason="党员数存疑").state == "training"
    assert running(district, case_id) >= {"T04"}
    assert not running(district, case_id) & {"T07", "T09"}
    assert district.do(case_id, "instructor", "mark_ready").state == "ready"


def test_sent_back_to_come_straight_back_it_does_after_the_one_step(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    data = {"to_state": "training", "afterwards": "back"}
    district.do(case_id, "clerk", "return_to", data, reason="党员数存疑")
    assert district.do(case_id, "instructor", "mark_ready").state == "under_review"
    assert running(district, case_id) >= {"T09"}
    assert "T06" not in running(district, case_id)
    assert in_inbox(district, "approver") == [case_id]
    with district.db.reading() as session:
        assert verify(session).ok


def test_sent_back_to_be_handed_in_again_it_comes_straight_back_with_one_clock(district: District) -> None:
    """Handing in starts the clock of the review by itself."""
    case_id = district.walk(district.open(), until="under_review")
    data = {"to_state": "ready", "afterwards": "back"}
    district.do(case_id, "clerk", "return_to", data, reason="名册有误")
    assert district.do(case_id, "instructor", "submit").state == "under_review"
    assert running(district, case_id) >= {"T09"}
    assert not running(district, case_id) & {"T06", "T07"}


def running(district: District, case_id: int) -> set[str]:
    with district.db.reading() as session:
        return set(
            session.scalars(select(Deadline.code).where(Deadline.case_id == case_id, Deadline.status == "running"))
        )


def test_it_can_be_sent_back_only_to_where_it_has_been(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    for state in ("returned", "candidates_submitted", "nowhere"):
        with pytest.raises((TransitionRefused, InvalidInput)):
            district.do(case_id, "clerk", "return_to", {"to_state": state, "afterwards": "continue"}, reason="试")
    assert district.state(case_id) == "under_review"


def test_what_changed_since_it_was_shown_is_named_and_the_decision_does_not_count(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    token = shown(district, case_id)
    district.do(case_id, "instructor", "log_visit")
    example = district.example(case_id, "approver", "approve")
    district.set_members(4, probationary=1)
    with pytest.raises(Conflict) as conflict:
        district.do(case_id, "approver", "approve", example, shown=token)
    assert conflict.value.current["changed"] == [{"zh": "正式党员", "en": "Full members"}]
    assert district.state(case_id) == "under_review"
    assert district.do(case_id, "approver", "approve", shown=shown(district, case_id)).state == "approved"
    with pytest.raises(InvalidInput):
        district.gesture(case_id, "clerk", "nudge", shown="nonsense")


def shown(district: District, case_id: int) -> str:
    with district.db.reading() as session:
        actor = load_actor(session, district.people["approver"], district.runtime.today())
        return shown_token(seen_work(session, district.runtime, actor, case_id))


def test_a_repeated_gesture_counts_once_and_a_key_is_good_for_one_thing(district: District, waiting: int) -> None:
    command = Command(waiting, "claim", district.people["clerk"], idempotency_key="k1")
    first, second = take_gesture(district.runtime, command), take_gesture(district.runtime, command)
    assert (first.version, second.version) == (second.version, first.version)
    assert second.replayed
    with pytest.raises(KeyReused):
        take_gesture(district.runtime, Command(waiting, "release", district.people["clerk"], idempotency_key="k1"))


def test_nobody_makes_a_gesture_on_a_case_they_may_not_see(district: District, waiting: int) -> None:
    for name in GESTURES:
        with pytest.raises(NotFound):
            district.gesture(waiting, "other_clerk", name)
    with pytest.raises(NotFound):
        district.gesture(waiting, "clerk", "no_such_gesture")


def test_every_gesture_says_how_it_is_taken_back(district: District) -> None:
    assert all(gesture.undo.zh and gesture.undo.en for gesture in GESTURES.values())
    assert not set(GESTURES) & set(district.runtime.branch_formation.transitions)


def test_a_case_has_one_open_item_through_all_of_it(district: District, waiting: int) -> None:
    district.gesture(waiting, "clerk", "claim")
    district.gesture(waiting, "clerk", "hand_over", {"person": "second_clerk"}, reason="出差")
    district.do(waiting, "second_clerk", "accept")
    with district.db.reading() as session:
        items = session.scalars(select(WorkItem).where(WorkItem.closed_at.is_(None))).all()
    assert [(item.case_id, item.state) for item in items] == [(waiting, "under_review")]
