"""Who ought to attend, and who does."""

from __future__ import annotations

import re

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from web.auth.access import roles
from web.cases.sent import fresh_key
from web.committee.blueprint import asked, back_to, bp, seen
from web.committee.show import draw
from web.context import runtime
from web.locale import t
from workflow.errors import InvalidInput
from workflow.queries.sessions import roll_choices, session_page
from workflow.sessions import Mark, record_attendance, set_roll
from workflow.sessions.acting import require_officer

ATTENDANCE_OF = re.compile(r"attendance\.(\d{1,18})")


@bp.get("/<int:session_id>/roll")
@roles("committee")
def roll_form(session_id: int) -> ResponseReturnValue:
    return _draw(session_id)


@bp.post("/<int:session_id>/roll")
@roles("committee")
def change_roll(session_id: int) -> ResponseReturnValue:
    users = request.form.getlist("user", type=int)
    names = re.split(r"[\n,，、;；]", request.form.get("names", ""))
    try:
        set_roll(runtime(), session_id, asked(), users, names)
    except InvalidInput as refused:
        return _draw(session_id, refused), 422
    flash(t("应到会名单已保存", "The roll is saved"), "done")
    return back_to(session_id, "roll")


@bp.post("/<int:session_id>/attendance")
@roles("committee")
def attendance(session_id: int) -> ResponseReturnValue:
    try:
        record_attendance(runtime(), session_id, asked(), _marks(session_id))
    except InvalidInput as refused:
        return draw(session_id, refused), 422
    flash(t("签到已保存", "The attendance is saved"), "done")
    return back_to(session_id, "roll")


def _marks(session_id: int) -> dict[int, Mark]:
    """As they stand in the form, or everybody there at one press."""
    if "all" in request.form:
        return {seat.id: Mark("attending") for seat in seen(session_id).seats}
    return {
        int(found[1]): Mark(value, request.form.get(f"reason.{found[1]}"))
        for name, value in request.form.items()
        if (found := ATTENDANCE_OF.fullmatch(name))
    }


def _draw(session_id: int, refused: InvalidInput | None = None) -> str:
    work = seen(session_id)
    require_officer(work.actor, work.body)
    choices, names = roll_choices(work)
    return render_template(
        "committee/roll.html",
        page=session_page(work),
        choices=choices,
        names=request.form.get("names", "\n".join(names)),
        errors=refused.fields if refused else {},
        key=fresh_key(),
    )
