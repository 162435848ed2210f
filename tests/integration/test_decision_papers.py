"""The papers of a committee: they say what was decided then, whatever the case says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client import small_office
from tests.committee import Committee
from tests.desk import Desk
from tests.district import District
from workflow.engine.actors import load_actor
from workflow.errors import NotFound
from workflow.queries.decision_papers import DecisionPaper, decision_paper
from workflow.queries.timeline import timeline


def paper_of(district: District, case_id: int, action: str) -> DecisionPaper:
    """The paper of the newest such decision, as the clerk reads it."""
    with district.db.reading() as session:
        actor = load_actor(session, district.people["clerk"], district.runtime.today())
        events = timeline(session, district.runtime.versions(session), case_id)
        seq = next(event.seq for event in events if event.action == action and event.bears_paper)
        return decision_paper(session, district.runtime, actor, case_id, seq)


def lines(found: DecisionPaper) -> str:
    return "\n".join(found.paper.lines())


def test_each_decision_of_a_session_bears_the_paper_with_its_number(sqlite_district: District) -> None:
    district = sqlite_district
    committee = Committee(district).plan()
    first, second, third = committee.put("first", "second", "third")
    committee.decide(first, data={"branch_name": "中共示例一公司支部"})
    committee.decide(second, "refuse", reason="企业即将搬迁")
    committee.decide(third, "return", reason="花名册缺页\n请示未署名", data={"reply_by": "2026-12-10"})
    committee.close()

    reply = paper_of(district, first, "approve")
    assert (reply.code, reply.session_id) == ("D08", committee.session_id)
    assert reply.paper.title == "关于同意成立中共示例一公司支部的批复"
    assert reply.paper.addressee == "示例first有限公司"
    assert reply.paper.number == "甲商党〔2026〕1号"
    assert "二、不设支部委员会，设书记1名，必要时可以设副书记1名。" in reply.paper.paragraphs
    refusal = paper_of(district, second, "refuse")
    assert (refusal.code, refusal.paper.number) == ("D21", "甲商党〔2026〕2号")
    assert "企业即将搬迁" in refusal.paper.paragraphs
    returned = paper_of(district, third, "return")
    assert (returned.code, returned.paper.number) == ("D20", "甲商党〔2026〕3号")
    assert {"一、花名册缺页", "二、请示未署名", "请于2026年12月10日前补正后重新报送。"} <= set(
        returned.paper.paragraphs
    )
    for found in (reply, refusal, returned):
        assert found.paper.signed_by == reply.paper.signed_by
        assert f"{found.paper.signed_by}会议研究" in lines(found)


def test_a_paper_keeps_what_was_decided_when_the_case_says_another_thing(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="approved")
    before = paper_of(district, case_id, "approve").paper
    again = {**district.example(case_id, "approver", "reissue_reply"), "branch_name": "中共改名公司支部"}
    district.do(case_id, "approver", "reissue_reply", {**again, "reply_no": "批2"}, reason="人数变化")

    assert paper_of(district, case_id, "approve").paper == before
    reissued = paper_of(district, case_id, "reissue_reply").paper
    assert (reissued.title, reissued.number) == ("关于重新批复中共改名公司支部设置的批复", "批2")
    assert "会议研究" not in "".join(map(str, reissued.paragraphs))


def test_candidates_and_result_are_answered_by_name(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="result_confirmed")
    assert "书记候选人张三" in lines(paper_of(district, case_id, "clear_candidates"))
    result = paper_of(district, case_id, "confirm_result")
    assert (result.code, result.paper.addressee) == ("D16", "中共示例first有限公司支部")
    assert "同意张三同志任中共示例first有限公司支部书记。任期3年，自2026年" in lines(result)


def test_what_returns_candidates_and_rejects_a_result_is_written_too(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="candidates_submitted")
    district.do(case_id, "clerk", "return_candidates", {"notice_no": "退1"}, reason="候选人未公示")
    returned = paper_of(district, case_id, "return_candidates")
    assert (returned.code, returned.paper.number) == ("D20", "退1")
    assert returned.paper.title == "关于退回候选人预备人选请示的通知"
    other = district.walk(district.open("second"), until="result_submitted")
    district.do(other, "clerk", "reject_result", {}, reason="计票有误")
    rejected = paper_of(district, other, "reject_result")
    assert (rejected.code, rejected.paper.number) == ("D20", None)
    assert "计票有误" in rejected.paper.paragraphs


def test_a_decision_taken_back_keeps_its_paper_and_the_paper_says_so(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="under_review")
    district.do(case_id, "clerk", "return", {"notice_no": "退1"}, reason="花名册缺页")
    assert not paper_of(district, case_id, "return").was_taken_back
    district.gesture(case_id, "clerk", "take_back")
    assert paper_of(district, case_id, "return").was_taken_back


def test_other_entries_and_unknown_ones_bear_no_paper(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="under_review")
    with district.db.reading() as session:
        actor = load_actor(session, district.people["clerk"], district.runtime.today())
        for seq in (1, 99):
            with pytest.raises(NotFound):
                decision_paper(session, district.runtime, actor, case_id, seq)


def test_page_session_history_and_api_lead_to_the_same_paper(sqlite_template: Path, tmp_path: Path) -> None:
    with small_office(sqlite_template, tmp_path) as (district, office):
        committee = Committee(district).plan()
        [case_id] = committee.put("first")
        committee.decide(case_id, "refuse", reason="企业即将搬迁")
        committee.close()
        clerk = office("clerk")
        [line] = clerk.get(f"/sessions/{committee.session_id}")["agenda"]
        found = clerk.get(f"/cases/{case_id}/decisions/{line['paper']}")
        assert (found["code"], line["reply_no"], found["number"]) == ("D21", "甲商党〔2026〕1号", "甲商党〔2026〕1号")
        assert "企业即将搬迁" in found["paragraphs"]
        desk = Desk(district)
        where = f"/cases/{case_id}/decisions/{line['paper']}"
        for page in (f"/sessions/{committee.session_id}", f"/cases/{case_id}"):
            assert f'href="{where}"' in desk.page("clerk", page)
        page = desk.page("clerk", where)
        for shown in ("关于不予批准成立党支部的通知", "甲商党〔2026〕1号", "企业即将搬迁", found["signed_by"]):
            assert shown in page
