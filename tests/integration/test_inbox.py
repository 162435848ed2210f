"""What waits for whom, and in which order it is shown."""

from __future__ import annotations

import re

from sqlalchemy import update

from tests.desk import Desk
from workflow.engine.actors import load_actor
from workflow.models import RoleAssignment
from workflow.queries.inbox import Inbox, inbox, waiting_on_others

CARD = re.compile(r'<a class="item-link" href="([^"]+)">([^<]+)</a>')


def cards(html: str) -> list[str]:
    return [name for _, name in CARD.findall(html)]


def found(desk: Desk, who: str, **more: object) -> Inbox:
    with desk.district.db.reading() as session:
        today = desk.district.runtime.today()
        actor = load_actor(session, desk.district.people[who], today)
        return inbox(session, desk.district.runtime, actor, today=today, **more)  # type: ignore[arg-type]


def others(desk: Desk, who: str) -> list[str]:
    with desk.district.db.reading() as session:
        actor = load_actor(session, desk.district.people[who], desk.district.runtime.today())
        return [card.enterprise for card in waiting_on_others(session, desk.district.runtime, actor).rows]


def test_an_instructor_sees_only_what_waits_for_that_instructor(desk: Desk) -> None:
    desk.district.walk(desk.district.open("first"), until="training")

    assert cards(desk.page("instructor", "/inbox")) == ["示例first有限公司"]
    assert cards(desk.page("other", "/inbox")) == []


def test_an_empty_inbox_says_why_and_what_next(desk: Desk) -> None:
    page = desk.page("instructor", "/inbox")

    assert "现在没有等您办理的事项" in page
    assert 'href="/notices"' in page


def test_what_is_overdue_comes_first_then_what_is_due_soonest(desk: Desk) -> None:
    district = desk.district
    district.walk(district.open("first"), until="under_review")
    district.walk(district.open("second"), until="instructor_assigned")
    district.clock.advance(days=9)
    district.walk(district.open("third"), until="instructor_assigned")
    district.walk(district.open("fourth"), until="training")
    district.clock.advance(days=4)

    page = desk.page("instructor", "/inbox")

    assert cards(page) == ["示例second有限公司", "示例third有限公司", "示例fourth有限公司"]
    assert page.index("已逾期") < page.index("示例second") < page.index("示例third")


def test_a_clerk_is_not_asked_for_what_only_the_approver_can_decide(desk: Desk) -> None:
    district = desk.district
    district.walk(district.open("first"), until="under_review")
    district.walk(district.open("second"), until="submitted")

    assert [card.enterprise for card in found(desk, "clerk").cards] == ["示例second有限公司"]
    assert {card.enterprise for card in found(desk, "approver").cards} == {"示例first有限公司", "示例second有限公司"}
    assert others(desk, "clerk") == ["示例first有限公司"]


def test_a_committee_sees_nothing_of_another_committee(desk: Desk) -> None:
    desk.district.walk(desk.district.open("first"), until="submitted")

    assert found(desk, "other_clerk").cards == found(desk, "town_approver").cards == ()


def test_an_instructor_sees_what_waits_for_others_and_who_has_it(desk: Desk) -> None:
    desk.district.walk(desk.district.open("first"), until="submitted")

    page = desk.page("instructor", "/inbox")

    assert "等他人办理" in page
    assert "甲镇商会党委" in page.split("等他人办理")[1]


def test_both_departments_assign_but_only_the_organisation_department_acknowledges(desk: Desk) -> None:
    district = desk.district
    district.walk(district.open("first"), until="filed")
    district.open("second")

    assert {card.state for card in found(desk, "org_dept").cards} == {"filed", "no_branch"}
    assert {card.state for card in found(desk, "social_work").cards} == {"no_branch"}


def test_a_role_that_has_ended_shows_nothing(desk: Desk) -> None:
    district = desk.district
    district.walk(district.open("first"), until="training")
    with district.db.unit_of_work() as session:
        session.execute(
            update(RoleAssignment)
            .where(RoleAssignment.user_id == district.people["instructor"])
            .values(valid_to=district.clock().date().replace(day=1))
        )

    assert found(desk, "instructor").cards == ()


def test_the_number_beside_the_menu_is_the_number_of_the_list(desk: Desk) -> None:
    for name in ("first", "second", "third"):
        desk.district.open(name)

    page = desk.page("org_dept", "/inbox")

    assert len(cards(page)) == 3
    assert re.search(r'待办\s*<span class="count">3</span>', page)


def test_pages_of_a_long_list_hold_every_item_once(desk: Desk) -> None:
    for name in desk.district.enterprises:
        desk.district.open(name)
        desk.district.clock.advance(days=1)

    first = found(desk, "org_dept", limit=4)
    second = found(desk, "org_dept", limit=4, cursor=first.next_cursor)

    names = [card.enterprise for card in (*first.cards, *second.cards)]
    assert len(names) == len(set(names)) == len(desk.district.enterprises) == first.load.total
    assert second.next_cursor is None


def test_a_cursor_that_is_not_ours_is_refused_in_words(desk: Desk) -> None:
    assert desk.as_("org_dept").get("/inbox?cursor=abc").status_code == 422


def test_what_is_to_be_decided_stands_by_the_step_it_is_at(desk: Desk) -> None:
    district = desk.district
    case_id = district.walk(district.open("first"), until="under_review")
    district.walk(district.open("second"), until="candidates_submitted")

    page = desk.page("approver", "/decide")

    assert page.index("审议中") < page.index("示例first") < page.index("候选人已报审") < page.index("示例second")
    assert f'href="/cases/{case_id}/actions/approve"' in page
    assert desk.as_("instructor").get("/decide").status_code == 403


def test_my_enterprises_show_the_next_visit_and_lead_to_the_visit_form(desk: Desk) -> None:
    district = desk.district
    never = district.walk(district.open("first"), until="instructor_assigned")
    district.walk(district.open("second"), until="training")
    district.walk(district.open("third"), until="established")

    page = desk.page("instructor", "/my")

    assert page.index("示例first") < page.index("示例second")
    assert "示例third" not in page
    assert "首次走访" in page
    assert f'href="/cases/{never}/actions/log_visit"' in page
    assert desk.as_("clerk").get("/my").status_code == 403


def test_a_step_that_waits_for_the_first_visit_asks_for_the_visit(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open("first"), until="instructor_assigned")
    before = found(desk, "instructor").cards[0]
    desk.district.do(case_id, "instructor", "log_visit")

    assert (before.action, before.next.zh) == ("log_visit", "记走访")
    assert found(desk, "instructor").cards[0].action == "start_training"
