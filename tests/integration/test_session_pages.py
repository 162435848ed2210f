"""A session through the pages, as clerk and approver hold it: called, attended, decided, closed, printed."""

from __future__ import annotations

import re

from tests.committee import Committee
from tests.desk import Desk
from tests.html_forms import Form, form_to, forms


def press(desk: Desk, who: str, path: str, action: str, **changes: object) -> str:
    """Sends the form of a page that posts to an address and answers the page that follows."""
    answer = desk.send(who, form_to(desk.page(who, path), action), **changes)
    assert answer.status_code == 303, answer.text
    return desk.page(who, answer.headers["Location"].partition("#")[0], 303 if path[-7:] == "/decide" else 200)


def decision(desk: Desk, who: str, session_id: int, case_id: int) -> Form:
    address = f"/sessions/{session_id}/decide/{case_id}"
    form = form_to(desk.page(who, address), address)
    form.fields.pop("by_name", None)
    form.fields["answer"] = "agree"
    return form


def test_a_session_is_held_from_calling_it_to_its_minutes(desk: Desk) -> None:
    district = desk.district
    cases = [district.walk(district.open(firm), until="under_review") for firm in ("first", "second", "third")]
    press(desk, "clerk", "/sessions/numbering", "/sessions/numbering", sign="甲商党")
    page = press(
        desk, "clerk", "/sessions/new", "/sessions/new", place="三楼会议室", chair="approver（测试）", recorder="记录人"
    )
    assert "到会人数不足" in page
    base = "/sessions/1"
    press(
        desk, "clerk", f"{base}/roll", f"{base}/roll", names="张三\n李四\n王五", user=str(district.people["approver"])
    )
    marks = form_to(desk.page("clerk", base), f"{base}/attendance")
    attending = {name: "attending" for name in marks.fields if name.startswith("attendance.")}
    page = press(desk, "clerk", base, f"{base}/attendance", **attending)
    assert "应到 4 人，实到 4 人，至少 3 人到会方可表决" in page
    assert "列入全部 3 件待研究案件" in page
    page = press(desk, "clerk", base, f"{base}/agenda")
    assert "其余 3 件无异议，一并通过" in page

    answer = desk.as_("clerk").get(f"{base}/decide")
    assert answer.headers["Location"].endswith(f"/decide/{cases[0]}")
    screen = desk.page("clerk", f"{base}/decide/{cases[0]}")
    assert "弃权不计为赞成" in screen
    form = decision(desk, "clerk", 1, cases[0])
    refused = desk.send("clerk", form, answer="refuse", reason="")
    assert refused.status_code == 422
    assert "请填写理由" in refused.text
    assert desk.send("clerk", form, answer="refuse", reason="企业即将搬迁").status_code == 303
    page = press(desk, "clerk", base, f"{base}/decide-rest")
    assert "2 件无异议通过" in page

    preview = desk.page("approver", f"{base}/close")
    assert "甲商党〔2026〕1号" in preview
    assert "闭会，办理 3 件" in preview
    minutes = press(desk, "approver", f"{base}/close", f"{base}/close")
    assert "不予批准" in minutes
    assert "甲商党〔2026〕2号" in minutes
    assert [district.state(case_id) for case_id in cases] == ["refused", "approved", "approved"]
    assert "会议记录" in desk.page("org_dept", base)
    assert f"{base}/minutes#case-{cases[1]}" in desk.page("clerk", f"/cases/{cases[1]}")
    assert "经党委会议研究" in desk.page("instructor", f"/cases/{cases[1]}")


def test_votes_are_cast_by_name_and_a_recusal_takes_a_voter_off_the_list(desk: Desk) -> None:
    committee = Committee(desk.district).plan()
    [case_id] = committee.put("first")
    base = f"/sessions/{committee.session_id}"
    seat = committee.seat("张三")
    answer = desk.send(
        "clerk",
        form_to(desk.page("clerk", f"{base}/decide/{case_id}"), f"{base}/decide/{case_id}/recuse"),
        seat=str(seat),
        kind="related",
    )
    assert answer.status_code == 303
    screen = desk.page("clerk", f"{base}/decide/{case_id}")
    assert f'name="vote.{seat}"' not in screen
    assert "与出资人有亲属或利益关系" in screen
    form = decision(desk, "clerk", committee.session_id, case_id)
    votes = {name: "yes" for name in form.fields if name.startswith("vote.")}
    assert len(votes) == 6
    assert desk.send("clerk", form, by_name="1", **votes).status_code == 303
    item = committee.items()[case_id]
    assert (item.yes, len(item.votes or {})) == (6, 6)

    again = decision(desk, "clerk", committee.session_id, case_id)
    refused = desk.send("clerk", again, by_name="1", **votes, **{f"vote.{seat}": "yes"})
    assert refused.status_code == 422
    assert "张三 须回避本案" in refused.text


def test_a_fact_changed_by_hand_is_kept_for_its_case_alone(desk: Desk) -> None:
    committee = Committee(desk.district).plan()
    first, second = committee.put("first", "second")
    form = decision(desk, "clerk", committee.session_id, first)
    assert desk.send("clerk", form, branch_name="中共示例支部", reply_no="特批1号").status_code == 303
    assert desk.send("clerk", decision(desk, "clerk", committee.session_id, second)).status_code == 303
    committee.close()
    facts = desk.district.case(first).facts
    assert (facts["branch_name"], facts["founding_reply_no"]) == ("中共示例支部", "特批1号")
    assert desk.district.case(second).facts["founding_reply_no"] == "甲商党〔2026〕1号"


def test_the_page_before_the_closing_says_what_stands_in_the_way_and_nothing_is_done(desk: Desk) -> None:
    committee = Committee(desk.district).plan()
    first, second = committee.put("first", "second")
    committee.decide(first)
    committee.decide(second)
    desk.district.clock.advance(minutes=1)
    desk.district.do(second, "clerk", "return", reason="缺页")
    base = f"/sessions/{committee.session_id}"
    page = desk.page("approver", f"{base}/close")
    assert "列入议程后又有办理" in page
    assert f"{base}/close" not in [form.action for form in forms(page)]
    answer = desk.as_("approver").post(f"{base}/close", {})
    assert answer.status_code == 422
    assert "没有闭会，什么都没有办理" in answer.text
    assert desk.district.state(first) == "under_review"
    assert "重新列入" in desk.page("clerk", base)


def test_managers_read_and_change_nothing(desk: Desk) -> None:
    committee = Committee(desk.district).plan()
    committee.put("first")
    page = desk.page("org_dept", f"/sessions/{committee.session_id}")
    assert [form.action for form in forms(page) if "/sessions/" in form.action] == []
    assert "示例first有限公司" in page
    assert re.search(r'href="/sessions"', desk.page("org_dept", "/inbox"))
    assert desk.as_("org_dept").post(f"/sessions/{committee.session_id}/cancel", {}).status_code == 403


def test_a_session_out_of_reach_is_not_there(desk: Desk) -> None:
    committee = Committee(desk.district).plan()
    desk.page("other_clerk", f"/sessions/{committee.session_id}", 404)
    assert "甲镇商会党委" not in desk.page("other_clerk", "/sessions")


def test_the_members_find_the_notice_of_the_session(desk: Desk) -> None:
    committee = Committee(desk.district).plan()
    base = f"/sessions/{committee.session_id}"
    assert "已通知 1 位成员" in press(desk, "clerk", base, f"{base}/summon")
    desk.deliver()
    assert "开会" in desk.page("approver", "/notices")


def test_a_page_that_was_sent_before_is_shown_again_with_what_is_entered_now(desk: Desk) -> None:
    committee = Committee(desk.district).plan()
    [case_id] = committee.put("first")
    form = decision(desk, "clerk", committee.session_id, case_id)
    assert desk.send("clerk", form).status_code == 303
    again = desk.send("clerk", form, answer="refuse", reason="企业即将搬迁")
    assert again.status_code == 409
    assert "企业即将搬迁" in again.text
    fresh = form_to(again.text, form.action)
    fresh.fields.pop("by_name", None)
    assert desk.send("clerk", fresh, answer="refuse").status_code == 303
    assert committee.items()[case_id].answer == "refuse"


def test_what_is_refused_says_so_on_the_page_of_the_session(desk: Desk) -> None:
    committee = Committee(desk.district).plan()
    base = f"/sessions/{committee.session_id}"
    add = form_to(desk.page("clerk", base), f"{base}/agenda/add")
    missing = desk.send("clerk", add, case_id="999")
    assert missing.status_code == 422
    assert "没有这个案件" in missing.text
    seat = committee.seat("张三")
    marks = form_to(desk.page("clerk", base), f"{base}/attendance")
    refused = desk.send("clerk", marks, **{f"attendance.{seat}": "excused", f"reason.{seat}": ""})
    assert refused.status_code == 422
    assert "请假须写明原因" in refused.text
