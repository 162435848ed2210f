"""My notices: unread first; opening one marks it as read and leads to its case."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me
from web.context import now, reading, runtime
from web.locale import t
from web.row_numbers import LARGEST
from workflow.notices import mark_all_read, mark_read
from workflow.queries.notices import notices

bp = Blueprint("notices", __name__, url_prefix="/notices")

# Nobody turns so many pages; beyond it only a program asks.
LAST_PAGE = 100_000


@bp.get("")
def index() -> ResponseReturnValue:
    page = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    return render_template("notices/index.html", page=page, found=notices(reading(), me().id, page=page))


@bp.post("/<int:notice_id>/open")
def open_notice(notice_id: int) -> ResponseReturnValue:
    """A form and not a link: an address that is only looked at must change nothing."""
    with runtime().db.unit_of_work() as session:
        notice = mark_read(session, me().id, notice_id, now())
    if notice.case_id is None:
        return redirect(url_for("notices.index"), 303)
    return redirect(url_for("case.show", case_id=notice.case_id), 303)


@bp.post("/<int:notice_id>/read")
def read_one(notice_id: int) -> ResponseReturnValue:
    with runtime().db.unit_of_work() as session:
        mark_read(session, me().id, notice_id, now())
    return redirect(url_for("notices.index"), 303)


@bp.post("/read-all")
def read_all() -> ResponseReturnValue:
    with runtime().db.unit_of_work() as session:
        mark_all_read(session, me().id, min(request.form.get("up_to", 0, type=int), LARGEST), now())
    flash(t("已全部标为已读", "All marked as read"), "done")
    return redirect(url_for("notices.index"), 303)
