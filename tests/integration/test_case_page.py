"""The first screen of a case for each of its parties, and what stands below it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, update

from tests.desk import Desk
from workflow.engine.actors import load_actor
from workflow.models import Enterprise, RoleAssignment
from workflow.queries.case_page import CasePage, case_page


def text(html: str) -> str:
    """The words of a page as they are read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def seen(desk: Desk, who: str, case_id: int) -> CasePage:
    with desk.district.db.reading() as session:
        actor = load_actor(session, desk.district.people[who], desk.district.runtime.today())
        return case_page(session, desk.district.runtime, actor, case_id)


@pytest.mark.parametrize("who", ["instructor", "clerk", "approver", "org_dept", "social_work", "federation"])
def test_every_party_reads_step_holder_since_due_and_next_on_the_first_screen(desk: Desk, who: str) -> None:
    case_id = desk.district.walk(desk.district.open(), until="submitted")
    desk.district.clock.advance(days=1)

    words = text(desk.page(who, f"/cases/{case_id}"))

    for part in (
        "当前步骤 已报请示",
        "甲镇商会党委：clerk（测试）",
        "1 天前 (2026-11-23 10:00)",
        "还有",
        "下一步 受理",
    ):
        assert part in words


def test_the_holder_of_a_decision_is_the_approver_and_not_the_clerk(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")

    assert seen(desk, "org_dept", case_id).head.parties.holders == ("approver（测试）",)


def test_a_post_without_a_person_names_the_body_alone(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    with desk.district.db.unit_of_work() as session:
        ended = desk.district.clock().date().replace(day=1)
        session.execute(update(RoleAssignment).where(RoleAssignment.role == "approver").values(valid_to=ended))

    parties = seen(desk, "org_dept", case_id).head.parties

    assert parties.holders == ()
    assert parties.holder_words is not None
    assert parties.holder_words.zh == "甲镇商会党委"


def test_the_page_says_whether_the_last_notice_arrived(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="submitted")
    before = text(desk.page("instructor", f"/cases/{case_id}"))
    desk.deliver()
    after = text(desk.page("instructor", f"/cases/{case_id}"))

    assert "待送达" in before
    assert re.search(r"已送达 \d 人，0 人已读", after)


def test_a_case_one_may_not_see_is_not_there(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")

    for who in ("other", "other_clerk", "admin", "auditor"):
        assert desk.as_(who).get(f"/cases/{case_id}").status_code == 404
    assert desk.as_("org_dept").get("/cases/999").status_code == 404


def test_a_blocked_step_says_why_and_offers_the_way_to_mend_it(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="instructor_assigned")

    html = desk.page("instructor", f"/cases/{case_id}")

    assert "“开始培育”还不能办理" in html
    assert "需要至少 1 次，现有 0 次" in html
    assert f'<a class="button primary" href="/cases/{case_id}/actions/log_visit">记走访</a>' in html
    assert html.count("button primary") == 1
    assert f'href="/cases/{case_id}/actions/start_training"' not in html


def test_a_missing_paper_leads_to_its_upload_with_the_kind_chosen(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")
    desk.district.paper(case_id, "instructor", "D01")

    html = desk.page("instructor", f"/cases/{case_id}")

    assert f'href="/cases/{case_id}/documents/new?code=D06"' in html
    assert "（D01）：请上传" not in html
    page = seen(desk, "instructor", case_id)
    assert [paper.code for paper in page.papers if paper.is_missing] == ["D02", "D06"]


def test_a_head_count_that_is_short_leads_to_the_form_that_updates_it(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    desk.district.set_members(2)

    html = desk.page("instructor", f"/cases/{case_id}")

    assert "正式党员 2 名，需要 3 名，还差 1 名" in html
    assert f'<a class="button primary" href="/cases/{case_id}/actions/record_headcount">' in html


def test_whoever_cannot_mend_it_is_told_who_can(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    desk.district.set_members(2)

    html = desk.page("clerk", f"/cases/{case_id}")

    assert "下一步“认定条件成熟”由党建工作指导员办理" in html
    assert "还差 1 名" in html
    assert "actions/record_headcount" not in html


def test_a_general_condition_leads_the_manager_to_let_it_pass_and_is_shown_afterwards(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    desk.district.set_members(60)
    html = desk.page("org_dept", f"/cases/{case_id}")
    form = desk.form("org_dept", case_id, "override")
    form.fields |= {"overridden_guard": "not_too_many_members", "reason": "总支筹建中"}

    assert f"/cases/{case_id}/actions/override?overridden_guard=not_too_many_members" in html
    assert desk.send("org_dept", form).status_code == 303
    after = text(desk.page("instructor", f"/cases/{case_id}"))
    assert "主管部门已同意突破“党员总数一般不超过50人”：总支筹建中" in after
    assert desk.take("instructor", case_id, "mark_ready").status_code == 303


def test_out_of_the_ordinary_actions_stand_apart(desk: Desk) -> None:
    case_id = desk.district.open()

    html = desk.page("org_dept", f"/cases/{case_id}")

    ordinary, _, aside = html.partition("其他操作")
    assert "选派指导员" in ordinary
    assert "终止办理" in aside
    assert "并入联合支部" in aside


def test_a_held_case_stands_where_it_left_the_road_with_its_clocks_paused(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    desk.district.do(case_id, "org_dept", "hold", reason="企业搬迁")

    page = seen(desk, "instructor", case_id)

    assert [step.state for step in page.steps[:4]] == ["done", "done", "here", "ahead"]
    assert page.next is not None
    assert page.next.action == "resume"
    assert {clock.code: clock.is_paused for clock in page.clocks} == {"H01": False, "T03": True, "T04": True}


def test_a_finished_case_says_who_finished_it_and_what_may_still_follow(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open())

    html = desk.page("approver", f"/cases/{case_id}")
    words = text(html)

    assert "已办结 党支部已成立" in words
    assert "org_dept（测试）·示例区委组织部·组织部" in words
    followed = re.findall(r"/actions/(\w+)", html.split("<main")[1])
    assert followed == ["begin_adjust", "extend_term"]
    assert 'class="button' not in desk.page("federation", f"/cases/{case_id}").split("<main")[1]
    assert all(step.state == "done" for step in seen(desk, "approver", case_id).steps)
    assert "书记 张三" in words


def test_a_closed_case_shows_why_and_where_it_stopped(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    desk.district.do(case_id, "org_dept", "close", reason="企业迁出本区")

    words = text(desk.page("org_dept", f"/cases/{case_id}"))

    assert "已办结 终止" in words
    assert "企业迁出本区" in words


def test_exactly_four_fifths_is_remarked(desk: Desk) -> None:
    district = desk.district
    district.set_members(5)
    case_id = district.walk(district.open(), until="candidates_cleared")
    data = district.example(case_id, "instructor", "record_election")
    votes = [{**row, "yes": 4} for row in data["votes"]]
    ballots = [{"round": 1, "issued": 4, "returned": 4, "valid": 4, "void": 0}]
    district.do(case_id, "instructor", "record_election", {**data, "attending": 4, "ballots": ballots, "votes": votes})

    assert "到会人数恰为应到会的五分之四" in desk.page("org_dept", f"/cases/{case_id}")


def test_the_history_is_in_words_with_names_offices_and_entries(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="approved")

    words = text(desk.page("instructor", f"/cases/{case_id}"))

    for part in (
        "approver（测试）·甲镇商会党委·党委审批人",
        "指导员 instructor（测试）",
        "设支部委员会（正式党员7人以上应设） 否",
        "D06 关于成立党支部的请示 · 第 1 版",
    ):
        assert part in words


def history_of(page: str) -> str:
    return page.split("办理过程")[1].split("<aside")[0]


def test_a_long_history_shows_its_newest_part_and_leads_to_the_rest(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    for _ in range(25):
        desk.district.do(case_id, "instructor", "log_visit")

    assert "立案" not in history_of(desk.page("instructor", f"/cases/{case_id}"))
    assert "立案" in history_of(desk.page("instructor", f"/cases/{case_id}?history=all"))


def test_names_from_outside_are_shown_as_text_and_never_run(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    with desk.district.db.unit_of_work() as session:
        session.execute(update(Enterprise).values(name="<script>alert(1)</script>"))
    form = desk.filled("instructor", case_id, "log_visit")
    desk.send("instructor", form, topics="<img src=x onerror=alert(1)>")

    html = desk.page("instructor", f"/cases/{case_id}")

    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_a_page_takes_few_statements_however_long_the_history(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    for _ in range(10):
        desk.district.do(case_id, "instructor", "log_visit")
    statements: list[str] = []
    engine = desk.district.db.engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    seen(desk, "org_dept", case_id)

    assert len(statements) <= 15, "\n".join(statements)


@pytest.mark.parametrize(
    ("until", "who", "action", "answered_by", "words"),
    [
        ("submitted", "clerk", "return", ("instructor", "submit"), "退回补正的理由： 缺花名册（clerk（测试）"),
        ("candidates_submitted", "clerk", "return_candidates", ("instructor", "submit_candidates"), "退回候选人的理由"),
        ("result_submitted", "clerk", "reject_result", ("instructor", "record_election"), "不予确认选举结果的理由"),
        ("filed", "org_dept", "return_filing", ("clerk", "file"), "退回备案的理由"),
    ],
)
def test_the_reason_of_a_return_stands_where_the_person_acts(
    desk: Desk, until: str, who: str, action: str, answered_by: tuple[str, str], words: str
) -> None:
    case_id = desk.district.walk(desk.district.open(), until=until)
    desk.district.do(case_id, who, action, reason="缺花名册")
    holder, answer = answered_by

    assert words in text(desk.page(holder, f"/cases/{case_id}")).partition("办理过程")[0]
    assert words in text(desk.page(holder, f"/cases/{case_id}/actions/{answer}"))


def test_a_refusal_says_why_at_the_case_and_a_step_that_leads_on_says_nothing(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="under_review")
    before = text(desk.page("instructor", f"/cases/{case_id}"))
    desk.district.do(case_id, "approver", "refuse", reason="条件不成熟")

    assert "的理由" not in before
    assert "不予批准的理由： 条件不成熟" in text(desk.page("instructor", f"/cases/{case_id}"))


def test_a_hold_does_not_hide_why_a_case_was_returned(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="submitted")
    desk.district.do(case_id, "clerk", "return", reason="缺花名册")
    desk.district.do(case_id, "org_dept", "hold", reason="企业搬迁")
    held = text(desk.page("org_dept", f"/cases/{case_id}"))
    desk.district.do(case_id, "org_dept", "resume", reason="搬迁完毕")

    assert "暂缓的理由： 企业搬迁" in held
    assert "退回补正的理由： 缺花名册" in text(desk.page("instructor", f"/cases/{case_id}"))


def test_another_clock_that_is_overdue_is_named_beside_the_step(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="training")
    before = text(desk.page("instructor", f"/cases/{case_id}"))
    desk.district.clock.advance(days=120)

    assert "另有" not in before
    assert re.search(r"另有：下次走访 已逾期 \d+ 天", text(desk.page("org_dept", f"/cases/{case_id}")))


def test_where_the_clock_of_the_step_has_stopped_the_next_one_that_runs_is_named(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="instructor_assigned")
    desk.district.do(case_id, "instructor", "log_visit")

    page = desk.page("instructor", f"/cases/{case_id}")

    assert "没有期限" not in page
    assert "<dd>下次走访：" in page
