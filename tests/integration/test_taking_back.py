"""Taking one's own last step back puts everything where it was, and nobody is left with a notice that does not hold."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.district import ROAD, District
from workflow.errors import TransitionRefused
from workflow.ledger import verify
from workflow.models import Case, Deadline, Enterprise, OutboxRow, WorkItem
from workflow.models.base import table_of
from workflow.outbox import Status

GOES_ON = {"version", "ledger_head", "updated_at", "undo"}


def standing(district: District, case_id: int) -> dict[str, Any]:
    """What an undo has to bring back: the case, its running clocks, its open item, its enterprise."""
    cases, clocks, items, firms = (table_of(m) for m in (Case, Deadline, WorkItem, Enterprise))
    with district.db.reading() as session:
        case = session.execute(select(cases).where(cases.c.id == case_id)).one()._asdict()
        running = session.execute(
            select(clocks).where(clocks.c.case_id == case_id, clocks.c.status != "stopped").order_by(clocks.c.id)
        )
        open_items = session.execute(select(items).where(items.c.case_id == case_id, items.c.closed_at.is_(None)))
        firm = session.execute(select(firms).where(firms.c.id == case["enterprise_id"])).one()
        return {
            "case": {name: value for name, value in case.items() if name not in GOES_ON},
            "clocks": [row._asdict() for row in running],
            "items": [row._asdict() for row in open_items],
            "enterprise": firm._asdict(),
        }


def notices_to_send(district: District) -> list[str]:
    with district.db.reading() as session:
        return list(session.scalars(select(OutboxRow.event).where(OutboxRow.status == Status.NEW.value)))


TAKEN_BACK = [step for step in ROAD if step[1] not in ("assign_instructor", "log_visit")]


@pytest.mark.parametrize("step", TAKEN_BACK, ids=lambda step: step[1])
def test_every_step_of_the_road_can_be_taken_back_as_if_it_had_not_been(district: District, step: Any) -> None:
    who, action, reason, papers = step
    case_id = district.open()
    for person, earlier, why, brought in ROAD:
        if earlier == action:
            break
        for bringer, code in brought:
            district.paper(case_id, bringer, code)
        district.do(case_id, person, earlier, reason=why)
    for bringer, code in papers:
        district.paper(case_id, bringer, code)
    before, waiting = standing(district, case_id), notices_to_send(district)
    district.do(case_id, who, action, reason=reason)
    district.gesture(case_id, who, "take_back")
    assert standing(district, case_id) == before
    assert notices_to_send(district) == waiting
    assert district.actions(case_id)[-2:] == [action, "take_back"]
    with district.db.reading() as session:
        assert verify(session).ok
    district.do(case_id, who, action, reason=reason)


def test_who_was_told_already_hears_that_it_no_longer_holds(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    district.do(case_id, "clerk", "return", reason="缺附件")
    with district.db.unit_of_work() as session:
        for row in session.scalars(
            select(OutboxRow).where(OutboxRow.event == f"case:{case_id}:{_version(district, case_id)}")
        ):
            row.status = Status.SENT.value
            told = row.user_id
    district.gesture(case_id, "clerk", "take_back")
    with district.db.reading() as session:
        corrected = session.scalars(select(OutboxRow.user_id).where(OutboxRow.kind == "correction")).all()
    assert told in corrected


def _version(district: District, case_id: int) -> int:
    return district.case(case_id).version


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda d, c: d.clock.advance(minutes=11), "TOO_LATE"),
        (lambda d, c: d.paper(c, "instructor", "D05"), "ACTED_ON"),
        (lambda d, c: d.do(c, "clerk", "accept"), "NOT_YOURS"),
        (lambda d, c: d.do(c, "instructor", "log_visit"), "NOT_YOURS"),
    ],
)
def test_too_late_or_acted_on_it_stays(district: District, spoil: Any, code: str) -> None:
    case_id = district.walk(district.open(), until="submitted")
    spoil(district, case_id)
    before = standing(district, case_id)
    with pytest.raises(TransitionRefused) as refused:
        district.gesture(case_id, "instructor", "take_back")
    assert [p.code for p in refused.value.problems] == [code]
    assert standing(district, case_id) == before


def test_a_step_that_pulled_another_after_it_is_taken_back_with_it(district: District) -> None:
    """The members left and the case fell back by itself: a count is corrected by a count, nothing is half undone."""
    case_id = district.walk(district.open(), until="ready")
    example = district.example(case_id, "instructor", "record_headcount")
    district.do(case_id, "instructor", "record_headcount", {**example, "full_members": 2})
    assert district.state(case_id) == "training"
    with pytest.raises(TransitionRefused):
        district.gesture(case_id, "instructor", "take_back")


def test_only_who_did_it_takes_it_back(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    with pytest.raises(TransitionRefused) as refused:
        district.gesture(case_id, "clerk", "take_back")
    assert [p.code for p in refused.value.problems] == ["NOT_YOURS"]


def test_an_answer_is_taken_back_until_the_next_and_the_deciding_one_opens_the_round_again(district: District) -> None:
    for key in ("second_approver", "third_approver"):
        district.add_person(key, "approver", "chamber")
    case_id = district.walk(district.open(), until="candidates_submitted")
    before = standing(district, case_id)
    district.do(case_id, "approver", "clear_candidates")
    district.gesture(case_id, "approver", "take_back")
    assert standing(district, case_id) == before
    district.do(case_id, "approver", "clear_candidates")
    district.gesture(case_id, "second_approver", "sign_agree")
    district.gesture(case_id, "second_approver", "take_back")
    district.gesture(case_id, "third_approver", "sign_agree")
    with pytest.raises(TransitionRefused):
        district.gesture(case_id, "approver", "take_back")
    open_round = standing(district, case_id)
    assert district.gesture(case_id, "second_approver", "sign_agree").state == "candidates_cleared"
    district.gesture(case_id, "second_approver", "take_back")
    assert standing(district, case_id) == open_round
    assert district.gesture(case_id, "second_approver", "sign_agree").state == "candidates_cleared"
