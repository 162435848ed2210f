"""For managers: the people of their area, a leave for somebody, what an instructor knows, and leaving for good."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me, roles
from web.cases.sent import fresh_key
from web.context import reading, runtime, today, versions
from web.locale import t
from web.people.days import days_of
from workflow.errors import Conflict, InvalidInput, KeyReused
from workflow.people.knowledge import set_expertise
from workflow.people.leaves import LeaveWanted, end_leave, take_leave
from workflow.people.leaving import CaseMove, foresee, leave_office
from workflow.people.leaving_faults import Leaving
from workflow.queries.colleagues import colleagues
from workflow.queries.people import people_lines, person_page

bp = Blueprint("people", __name__, url_prefix="/people")
BETWEEN_WORDS = re.compile(r"[,，、;；\s]+")


@bp.get("")
@roles("manager")
def index() -> ResponseReturnValue:
    return render_template("people/index.html", lines=people_lines(reading(), actor(), today()))


@bp.get("/<username>")
@roles("manager")
def show(username: str) -> ResponseReturnValue:
    return _draw(username)


@bp.post("/<username>/leave")
@roles("manager")
def enter_leave(username: str) -> ResponseReturnValue:
    try:
        from_on, to_on = days_of(request.form)
        wanted = LeaveWanted(username, from_on, to_on, request.form.get("substitute", "").strip())
        take_leave(runtime(), me().id, wanted, request.form.get("key") or None)
    except InvalidInput as refused:
        return _draw(username, refused), 422
    except KeyReused:
        return redirect(url_for("people.show", username=username), 303)
    flash(t("已登记请假", "The leave is entered"), "done")
    return redirect(url_for("people.show", username=username), 303)


@bp.post("/<username>/leave/<int:leave_id>/end")
@roles("manager")
def finish_leave(username: str, leave_id: int) -> ResponseReturnValue:
    try:
        end_leave(runtime(), me().id, leave_id)
        flash(t("请假已结束", "The leave has ended"), "done")
    except Conflict as over:
        flash(t(over.text), "info")
    return redirect(url_for("people.show", username=username), 303)


@bp.post("/<username>/expertise")
@roles("manager")
def note_expertise(username: str) -> ResponseReturnValue:
    words = BETWEEN_WORDS.split(request.form.get("expertise", ""))
    try:
        set_expertise(runtime(), me().id, username, words)
    except InvalidInput as refused:
        return _draw(username, refused), 422
    flash(t("已保存熟悉的行业", "Saved"), "done")
    return redirect(url_for("people.show", username=username), 303)


@bp.post("/<username>/leaving")
@roles("manager")
def leaving(username: str) -> ResponseReturnValue:
    """The first time it shows what would become of each case; it counts once that was seen."""
    wanted = _wanted(username)
    try:
        if "checked" not in request.form:
            return _draw_foreseen(wanted, foresee(reading(), runtime(), me().id, wanted))
        answer = leave_office(runtime(), me().id, wanted, request.form.get("key") or None)
    except InvalidInput as refused:
        return _draw(username, refused), 422
    return render_template("people/left.html", moves=answer.data["moves"], vacant=answer.data["vacant"])


def _wanted(username: str) -> Leaving:
    form = request.form
    return Leaving(
        username,
        form.get("reason", "").strip(),
        form.get("successor", "").strip(),
        form.get("no_conflict") == "true",
        form.get("over_cap", "").strip(),
    )


def _draw_foreseen(wanted: Leaving, moves: list[CaseMove]) -> str:
    page = person_page(reading(), versions(), actor(), wanted.person, today())
    key = request.form.get("key") or fresh_key()
    return render_template("people/leaving.html", wanted=wanted, moves=moves, page=page, key=key)


def _draw(username: str, refused: InvalidInput | None = None) -> str:
    page = person_page(reading(), versions(), actor(), username, today())
    others = [one for one in colleagues(reading(), today()) if one.username != username]
    return render_template(
        "people/show.html",
        page=page,
        people=[(one.username, t(one.words)) for one in others],
        successors=[(one.username, t(one.words)) for one in others if one.is_instructor],
        errors=refused.fields if refused else {},
        form=request.form if refused else {"from_on": today().isoformat()},
        key=request.form.get("key") or fresh_key(),
    )
