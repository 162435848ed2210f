"""The notices of a person: unread first, read when opened, and nobody else's."""

from __future__ import annotations

import re

from sqlalchemy import select

from tests.desk import Desk
from tests.html_forms import forms
from workflow.models import Notice


def notices_of(desk: Desk, who: str) -> list[Notice]:
    with desk.district.db.reading() as session:
        query = select(Notice).where(Notice.user_id == desk.district.people[who]).order_by(Notice.id)
        return list(session.scalars(query))


def test_unread_notices_come_first_and_the_menu_counts_them(desk: Desk) -> None:
    desk.district.walk(desk.district.open(), until="approved")
    desk.deliver()
    newest = max(notices_of(desk, "instructor"), key=lambda notice: notice.id)
    desk.as_("instructor").post(f"/notices/{newest.id}/read")

    page = desk.page("instructor", "/notices")

    unread = len(notices_of(desk, "instructor")) - 1
    assert f"{unread} 条未读" in page
    assert re.search(rf'通知\s*<span class="count">{unread}</span>', page)
    assert page.rindex("notice unread") < page.index(newest.title["zh"])


def test_opening_a_notice_marks_it_and_lands_on_the_case(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="instructor_assigned")
    desk.deliver()
    form = next(form for form in forms(desk.page("instructor", "/notices")) if form.action.endswith("/open"))

    answer = desk.send("instructor", form)

    assert answer.location == f"/cases/{case_id}"
    assert notices_of(desk, "instructor")[0].read_at == desk.district.clock()


def test_a_notice_on_a_case_already_handled_says_who_handled_it(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="submitted")
    desk.deliver()
    desk.district.do(case_id, "clerk", "accept")
    asked = next(n for n in notices_of(desk, "approver") if n.case_id == case_id)

    answer = desk.as_("approver").post(f"/notices/{asked.id}/open")
    page = desk.page("approver", answer.location)

    assert "受理" in page
    assert "clerk（测试）" in page


def test_mark_all_touches_only_what_was_shown(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="submitted")
    desk.deliver()
    form = next(f for f in forms(desk.page("clerk", "/notices")) if f.action.endswith("/read-all"))
    desk.district.walk(case_id, until="result_submitted")
    desk.deliver()

    desk.send("clerk", form)

    before, after = (
        [n.read_at is not None for n in notices_of(desk, "clerk") if (n.id <= int(form.fields["up_to"])) is shown]
        for shown in (True, False)
    )
    assert before
    assert all(before)
    assert after
    assert not any(after)


def test_nobody_reads_or_marks_the_notices_of_another(desk: Desk) -> None:
    desk.district.walk(desk.district.open(), until="instructor_assigned")
    desk.deliver()
    foreign = notices_of(desk, "instructor")[0]

    assert desk.as_("clerk").post(f"/notices/{foreign.id}/open").status_code == 404
    assert desk.as_("clerk").post(f"/notices/{foreign.id}/read").status_code == 404
    desk.as_("clerk").post("/notices/read-all", {"up_to": str(foreign.id)})
    assert notices_of(desk, "instructor")[0].read_at is None


def test_without_notices_the_page_says_when_they_come(desk: Desk) -> None:
    assert "还没有通知" in desk.page("clerk", "/notices")


def test_a_page_beyond_the_last_is_empty_and_no_error(desk: Desk) -> None:
    assert desk.as_("clerk").get("/notices?page=99999999999999999999").status_code == 200
    assert desk.as_("clerk").post("/notices/read-all", {"up_to": "9" * 30}).status_code == 303
