"""The last look before a session is closed, the closing, and the minutes to print."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import roles
from web.cases.sent import fresh_key
from web.committee.blueprint import asked, bp, seen
from web.context import runtime
from web.locale import t
from workflow.errors import SeveralRefused
from workflow.queries.sessions import FATES, session_page
from workflow.sessions import close_session, preview
from workflow.sessions.acting import require_officer
from workflow.sessions.deciding import ANSWERS
from workflow.sessions.refusals import SessionRefused


@bp.get("/<int:session_id>/close")
@roles("committee")
def closing(session_id: int) -> ResponseReturnValue:
    return _draw(session_id)


@bp.post("/<int:session_id>/close")
@roles("committee")
def close(session_id: int) -> ResponseReturnValue:
    try:
        outcome = close_session(runtime(), session_id, asked())
    except (SeveralRefused, SessionRefused):
        return _draw(session_id, was_refused=True), 422
    flash(t("已闭会：{n} 件已办理", "Closed: {n} cases moved", n=outcome.count), "done")
    return redirect(url_for("committee.minutes", session_id=session_id), 303)


@bp.get("/<int:session_id>/minutes")
@roles("committee", "manager")
def minutes(session_id: int) -> ResponseReturnValue:
    return render_template("committee/minutes.html", page=session_page(seen(session_id)), answers=ANSWERS)


def _draw(session_id: int, *, was_refused: bool = False) -> str:
    work = seen(session_id)
    require_officer(work.actor, work.body)
    page = session_page(work)
    return render_template(
        "committee/close.html",
        page=page,
        preview=preview(work) if page.is_open else None,
        lines={line.case_id: line for line in page.agenda},
        fates=FATES,
        was_refused=was_refused,
        key=fresh_key(),
    )
