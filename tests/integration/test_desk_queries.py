"""The read side of the desks on both stores: the same answers, whatever the database."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.district import District
from workflow.engine.actors import Actor, load_actor
from workflow.engine.instructors import instructors_for
from workflow.notices import mark_all_read
from workflow.queries.action_page import action_page
from workflow.queries.case_page import case_page
from workflow.queries.inbox import inbox, waiting_on_others
from workflow.queries.notices import notices
from workflow.queries.own_cases import own_cases


def actor(session: Session, district: District, who: str) -> Actor:
    return load_actor(session, district.people[who], district.runtime.today())


def test_an_inbox_is_turned_page_by_page(district: District) -> None:
    for name in district.enterprises:
        district.open(name)
    district.clock.advance(days=40)

    with district.db.reading() as session:
        me, today, names, cursor = actor(session, district, "org_dept"), district.runtime.today(), [], ""
        while True:
            page = inbox(session, district.runtime, me, today=today, cursor=cursor, limit=2)
            names += [card.enterprise for card in page.cards]
            if page.next_cursor is None:
                break
            cursor = page.next_cursor

    assert len(names) == len(set(names)) == page.load.total == page.load.overdue == len(district.enterprises)


def test_the_page_of_a_case_reads_the_same_from_both_stores(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")

    with district.db.reading() as session:
        page = case_page(session, district.runtime, actor(session, district, "approver"), case_id)
        decision = action_page(
            session, district.runtime, actor(session, district, "approver"), case_id, "approve"
        ).decision
        others = waiting_on_others(session, district.runtime, actor(session, district, "instructor"))

    assert [step.state for step in page.steps].index("here") == 4
    assert page.clock is not None
    assert page.clock.code == "T09"
    assert page.told is not None
    assert (page.told.people, page.told.delivered) == (2, 0)
    assert decision is not None
    assert [event.action for event in decision.put_forward] == ["submit"]
    assert [view.action for view in decision.choices] == ["approve", "return", "return_to", "refuse"]
    assert [card.holder.zh for card in others.rows if card.holder] == ["甲镇商会党委"]


def test_own_enterprises_and_loads_count_what_is_open(district: District) -> None:
    district.walk(district.open("first"), until="training")
    district.walk(district.open("second"), until="established")

    with district.db.reading() as session:
        mine = own_cases(session, district.runtime, actor(session, district, "instructor"))
        path = district.case(1).scope_path
        loads = {c.username: c.load for c in instructors_for(session, district.runtime, path, district.runtime.today())}

    assert [(row.enterprise, row.visited_on) for row in mine] == [("示例first有限公司", district.runtime.today())]
    assert loads == {"instructor.user": 1, "other.user": 0}


def test_marking_notices_needs_none_to_be_there(district: District) -> None:
    with district.db.unit_of_work() as session:
        mark_all_read(session, district.people["clerk"], 2**63 - 1, district.clock())
    with district.db.reading() as session:
        page = notices(session, district.people["clerk"])

    assert (page.lines, page.unread, page.has_more) == ((), 0, False)
