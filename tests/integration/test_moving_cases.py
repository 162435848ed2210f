"""Cases are moved to another version of their process, and go back exactly as they were."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.district import District
from tests.publishing import history, move, open_item, publish_here, roll_back, standing
from tests.versions import OTHER_CLOCKS, RENAMED, SECOND, version_of
from workflow.engine.actors import load_actor
from workflow.models import (
    Deadline,
    OutboxRow,
)
from workflow.publishing.moving import Moved, move_cases
from workflow.publishing.rollback import move_back, put_back
from workflow.queries.case_page import case_page


@pytest.mark.parametrize("source", [SECOND, RENAMED, OTHER_CLOCKS], ids=["labels", "renamed", "clocks"])
@pytest.mark.parametrize("state", ["no_branch", "training", "submitted", "under_review", "on_hold"])
def test_published_moved_and_rolled_back_is_equal(district: District, source: str, state: str) -> None:
    if state == "on_hold":
        case_id = district.walk(district.open("first"), until="under_review")
        district.do(case_id, "org_dept", "hold", reason="企业搬迁")
    else:
        case_id = district.walk(district.open("first"), until=state)
    before, known = standing(district, case_id), history(district, case_id)
    publish_here(district, source)
    assert standing(district, case_id) == before
    assert move(district) == Moved(1, 0)
    assert district.case(case_id).definition_version == 2
    district.clock.advance(days=2)
    assert roll_back(district) == Moved(1, 0)
    assert standing(district, case_id) == before
    since = history(district, case_id)[len(known) :]
    assert [(action, version) for action, version, _, _ in since] == [("migrate", 2), ("migrate_back", 1)]


def test_a_moved_case_goes_on_under_the_new_names_and_clocks(district: District) -> None:
    case_id = district.walk(district.open("first"), until="under_review")
    publish_here(district, RENAMED)
    move(district)
    assert history(district, case_id)[-1] == ("migrate", 2, "under_review", "deliberated")
    with district.db.reading() as session:
        item = session.scalars(open_item(case_id)).one()
        actor = load_actor(session, district.people["approver"], district.runtime.today())
        page = case_page(session, district.runtime, actor, case_id)
    assert item.state == "deliberated"
    assert page.history[0].label.zh == "改按流程第 2 版办理"
    assert (page.last_move.action, page.head.stage) == ("accept", "approval")
    district.walk(case_id)
    assert district.state(case_id) == "established"


def test_the_clock_of_a_moved_step_is_the_new_ones(district: District) -> None:
    case_id = district.walk(district.open("first"), until="submitted")
    publish_here(district, OTHER_CLOCKS)
    move(district)
    with district.db.reading() as session:
        running = select(Deadline.code).where(Deadline.case_id == case_id, Deadline.status == "running")
        codes = set(session.scalars(running))
        item = session.scalars(open_item(case_id)).one()
        due = session.scalars(select(Deadline.due_on).where(Deadline.case_id == case_id, Deadline.code == "T20")).one()
    assert "T20" in codes
    assert "T07" not in codes
    assert item.due_on == due


def test_moving_twice_or_after_an_end_half_way_is_the_same_as_once(district: District, monkeypatch: Any) -> None:
    case_ids = [district.walk(district.open(firm), until="training") for firm in ("first", "second", "third")]
    publish_here(district, SECOND)
    monkeypatch.setattr("workflow.publishing.moving.CHUNK", 2)

    class Ended(Exception):
        pass

    def end(_done: int) -> None:
        raise Ended

    with pytest.raises(Ended):
        move_cases(district.runtime, actor_id=None, progress=end)
    assert [district.case(case_id).definition_version for case_id in case_ids] == [2, 2, 1]
    assert move(district) == Moved(1, 0)
    assert move(district) == Moved(0, 0)
    assert all(district.actions(case_id).count("migrate") == 1 for case_id in case_ids)


def test_a_rollback_that_ended_half_way_goes_on(district: District, monkeypatch: Any) -> None:
    case_ids = [district.walk(district.open(firm), until="training") for firm in ("first", "second", "third")]
    before = [standing(district, case_id) for case_id in case_ids]
    publish_here(district, SECOND)
    move(district)
    monkeypatch.setattr("workflow.publishing.rollback.CHUNK", 2)

    class Ended(Exception):
        pass

    def end(_done: int) -> None:
        raise Ended

    put_back(district.runtime, 1, actor_id=None)
    with pytest.raises(Ended):
        move_back(district.runtime, actor_id=None, progress=end)
    assert roll_back(district) == Moved(1, 0)
    assert [standing(district, case_id) for case_id in case_ids] == before


def test_two_publications_with_moves_are_taken_back_one_after_the_other(district: District) -> None:
    case_id = district.walk(district.open("first"), until="under_review")
    before = standing(district, case_id)
    publish_here(district, RENAMED)
    move(district)
    second = standing(district, case_id)
    third = RENAMED.replace("version: 2", "version: 3", 1).replace("deliberated", "weighed")
    third = third.replace("renamed_states: {under_review: weighed}", "renamed_states: {deliberated: weighed}")
    publish_here(district, third)
    move(district)
    assert district.state(case_id) == "weighed"
    assert roll_back(district, 2) == Moved(1, 0)
    assert standing(district, case_id) == second
    assert roll_back(district, 1) == Moved(1, 0)
    assert standing(district, case_id) == before


def test_from_the_first_to_the_third_version_a_name_is_carried_through_the_second(district: District) -> None:
    case_id = district.walk(district.open("first"), until="under_review")
    before = standing(district, case_id)
    publish_here(district, RENAMED)
    third = RENAMED.replace("version: 2", "version: 3", 1).replace("deliberated", "weighed")
    third = third.replace("renamed_states: {under_review: weighed}", "renamed_states: {deliberated: weighed}")
    publish_here(district, third)
    assert move(district) == Moved(1, 0)
    assert district.state(case_id) == "weighed"
    assert roll_back(district, 1) == Moved(1, 0)
    assert standing(district, case_id) == before


def test_a_case_that_went_on_after_its_move_goes_back_as_it_stands_now(district: District) -> None:
    case_id = district.walk(district.open("first"), until="submitted")
    publish_here(district, RENAMED)
    move(district)
    district.walk(case_id, until="deliberated")
    assert roll_back(district) == Moved(1, 0)
    assert (district.state(case_id), district.case(case_id).definition_version) == ("under_review", 1)
    assert history(district, case_id)[-1] == ("migrate_back", 1, "deliberated", "under_review")
    assert district.state(district.walk(case_id)) == "established"


def test_cases_opened_under_the_version_that_was_put_back_stay_there(district: District) -> None:
    publish_here(district, SECOND)
    case_id = district.walk(district.open("first"), until="training")
    assert roll_back(district) == Moved(0, 0)
    assert district.case(case_id).definition_version == 2
    assert district.case(district.open("second")).definition_version == 1
    assert district.state(district.walk(case_id)) == "established"


def test_whoever_holds_a_step_hears_of_another_day_it_is_due_on(district: District) -> None:
    case_id = district.walk(district.open("first"), until="submitted")
    unchanged = district.walk(district.open("second"), until="training")
    publish_here(district, OTHER_CLOCKS)
    move(district)
    with district.db.reading() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.event.like("case:%"), OutboxRow.kind == "definition"))
        told = {(row.case_id, row.user_id): row.payload["body"]["zh"] for row in rows if row.channel == "in_app"}
    assert set(told) == {(case_id, district.people["clerk"]), (case_id, district.people["approver"])}
    assert "改按流程第 2 版办理" in told[case_id, district.people["clerk"]]
    assert unchanged not in {case for case, _ in told}


def test_papers_brought_under_an_older_version_stay_to_be_read(district: District) -> None:
    case_id = district.walk(district.open("first"), until="training")
    district.paper(case_id, "instructor", "D04")
    publish_here(district, version_of(2, (r"(?<!\w)D04(?!\w)", "D24")))
    move(district)
    with district.db.reading() as session:
        actor = load_actor(session, district.people["instructor"], district.runtime.today())
        found = {paper.code: paper for paper in case_page(session, district.runtime, actor, case_id).papers}
    assert (found["D04"].name.zh, len(found["D04"].versions), found["D04"].may_bring) == ("走访记录", 1, False)
    assert (found["D24"].versions, found["D24"].may_bring) == ((), True)
