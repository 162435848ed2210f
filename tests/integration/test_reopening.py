"""A refused case lies with the managers until they agree to reopen it, and then with its instructor."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.desk import Desk
from tests.district import District
from workflow.engine.actors import load_actor
from workflow.engine.realigning import realign_work_items
from workflow.errors import NotPermitted, TransitionRefused
from workflow.models import OutboxRow, WorkItem
from workflow.queries.inbox import inbox


def refused_case(district: District) -> int:
    case_id = district.walk(district.open(), until="under_review")
    district.do(case_id, "approver", "refuse", reason="条件不成熟")
    return case_id


def waiting(district: District, who: str) -> list[tuple[int, str | None]]:
    """The cases that wait for a person, each with the action it waits for."""
    today = district.runtime.today()
    with district.db.reading() as session:
        actor = load_actor(session, district.people[who], today)
        found = inbox(session, district.runtime, actor, today=today)
    return [(card.case_id, card.action) for card in found.cards]


def test_the_item_lies_with_the_managers_until_they_agree_and_then_with_the_instructor(district: District) -> None:
    case_id = refused_case(district)
    for manager in ("social_work", "org_dept"):
        assert waiting(district, manager) == [(case_id, "agree_reopening")]
    assert waiting(district, "instructor") == []

    district.do(case_id, "social_work", "agree_reopening")

    assert waiting(district, "social_work") == []
    assert waiting(district, "instructor") == [(case_id, "reopen")]
    with district.db.reading() as session:
        items = session.scalars(
            select(WorkItem.role).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))
        ).all()
    assert items == ["instructor"]


def test_a_second_refusal_asks_the_managers_again(district: District) -> None:
    case_id = refused_case(district)
    district.do(case_id, "social_work", "agree_reopening")
    district.do(case_id, "instructor", "reopen", reason="条件已改善")
    district.do(case_id, "instructor", "mark_ready")
    district.do(case_id, "instructor", "submit")
    district.do(case_id, "clerk", "accept")
    district.do(case_id, "approver", "refuse", reason="仍不成熟")
    assert waiting(district, "org_dept") == [(case_id, "agree_reopening")]


def test_agreeing_once_is_enough(district: District) -> None:
    case_id = refused_case(district)
    district.do(case_id, "social_work", "agree_reopening")
    with pytest.raises(TransitionRefused, match="agreed already"):
        district.do(case_id, "org_dept", "agree_reopening", {"consent_note": "同意"})


def test_the_page_of_a_manager_offers_the_consent_once_and_not_again_after_it(desk: Desk) -> None:
    case_id = refused_case(desk.district)
    address = f'href="/cases/{case_id}/actions/agree_reopening"'
    page = desk.page("org_dept", f"/cases/{case_id}")
    assert page.count(address) == 1
    assert "由谁办理</dt><dd>区级主管部门" in page
    assert "同意重新启动" in desk.page("social_work", "/inbox")

    desk.district.do(case_id, "social_work", "agree_reopening")
    after = desk.page("org_dept", f"/cases/{case_id}")
    assert address not in after
    assert "由谁办理</dt><dd>党建工作指导员：instructor（测试）" in after


def test_a_manager_claims_a_refused_case_and_the_claim_ends_when_the_instructor_has_it(district: District) -> None:
    case_id = refused_case(district)
    district.gesture(case_id, "social_work", "claim")
    with pytest.raises(NotPermitted):
        district.do(case_id, "org_dept", "agree_reopening")
    with pytest.raises(TransitionRefused):
        district.gesture(case_id, "org_dept", "claim")
    district.do(case_id, "social_work", "agree_reopening")
    with pytest.raises(TransitionRefused) as refused:
        district.gesture(case_id, "social_work", "claim")
    assert [problem.code for problem in refused.value.problems] == ["NOT_SHARED"]
    district.do(case_id, "instructor", "reopen", reason="条件已改善")


def test_an_item_from_before_the_managers_went_first_comes_to_them_once(district: District) -> None:
    case_id, agreed = refused_case(district), district.open("second")
    district.walk(agreed, until="under_review")
    district.do(agreed, "approver", "refuse", reason="条件不成熟")
    district.do(agreed, "social_work", "agree_reopening")
    old = {"role": "instructor", "user_id": district.people["instructor"]}
    with district.db.unit_of_work() as session:
        session.execute(update(WorkItem).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None)).values(old))

    assert [realign_work_items(district.runtime), realign_work_items(district.runtime)] == [1, 0]

    assert waiting(district, "social_work") == [(case_id, "agree_reopening")]
    assert waiting(district, "instructor") == [(agreed, "reopen")]
    with district.db.reading() as session:
        told = session.scalars(select(OutboxRow.user_id).where(OutboxRow.kind == "realigned")).all()
    assert sorted(told) == sorted(district.people[who] for who in ("social_work", "org_dept"))
    district.gesture(case_id, "org_dept", "claim")
