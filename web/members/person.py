"""One person: what comes next and why not yet, membership, training; a number in the clear for a reason."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me, roles
from web.cases.places import Places
from web.cases.sent import fresh_key
from web.context import reading, runtime
from web.locale import t
from web.members.blueprint import READERS, bp
from web.members.entry import Posted
from workflow.definition.course import Course
from workflow.errors import InvalidInput, KeyReused
from workflow.members.letters import end_membership, receive_membership, send_letter
from workflow.members.numbers import NAMES, read_number
from workflow.queries.members import PersonPage, hosts_for, person_page

# So many seconds a number in the clear stays on the screen.
SHOWN_FOR = 30


@bp.get("/members/<int:person_id>")
@roles(*READERS)
def show(person_id: int) -> ResponseReturnValue:
    return _draw(person_page(reading(), runtime(), actor(), person_id))


@bp.post("/members/<int:person_id>/number")
@roles(*READERS)
def number(person_id: int) -> ResponseReturnValue:
    """Shown in this answer alone: never in an address, never kept by the browser, gone after a while."""
    field = request.form.get("field", "")
    try:
        value = read_number(runtime(), me().id, person_id, field, request.form.get("reason", ""))
    except InvalidInput as refused:
        return _draw(person_page(reading(), runtime(), actor(), person_id), refused), 422
    answer = make_response(_draw(person_page(reading(), runtime(), actor(), person_id), clear={field: value}))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Refresh"] = f"{SHOWN_FOR}; url={url_for('members.show', person_id=person_id)}"
    return answer


@bp.post("/members/<int:person_id>/letter")
@roles(*READERS)
def letter(person_id: int) -> ResponseReturnValue:
    posted = Posted(request.form)
    try:
        to, wanted = posted.number("to"), posted.letter()
        posted.require_sound()
        send_letter(runtime(), me().id, person_id, to, wanted, request.form.get("key") or None)
    except InvalidInput as refused:
        return _draw(person_page(reading(), runtime(), actor(), person_id), refused), 422
    except KeyReused:
        return redirect(url_for("members.show", person_id=person_id), 303)
    flash(t("已登记介绍信，接收后才计入人数", "The letter is entered; the member counts once it is received"), "done")
    return redirect(url_for("members.show", person_id=person_id), 303)


@bp.post("/members/<int:person_id>/memberships/<int:membership_id>/receive")
@roles(*READERS)
def receive(person_id: int, membership_id: int) -> ResponseReturnValue:
    posted = Posted(request.form)
    try:
        day = posted.due_day("received_on")
        posted.require_sound()
        receive_membership(runtime(), me().id, membership_id, day, posted.text("receipt_no"))
    except InvalidInput as refused:
        return _draw(person_page(reading(), runtime(), actor(), person_id), refused), 422
    flash(t("组织关系已转入", "The membership has been received"), "done")
    return redirect(url_for("members.show", person_id=person_id), 303)


@bp.post("/members/<int:person_id>/memberships/<int:membership_id>/end")
@roles(*READERS)
def end(person_id: int, membership_id: int) -> ResponseReturnValue:
    posted = Posted(request.form)
    try:
        day = posted.due_day("ended_on")
        posted.require_sound()
        end_membership(runtime(), me().id, membership_id, day, posted.text("why"))
    except InvalidInput as refused:
        return _draw(person_page(reading(), runtime(), actor(), person_id), refused), 422
    flash(t("已办结", "Settled"), "done")
    return redirect(url_for("members.show", person_id=person_id), 303)


def _draw(one: PersonPage, refused: InvalidInput | None = None, clear: dict[str, str] | None = None) -> str:
    page = one.case
    return render_template(
        "members/show.html",
        one=one,
        page=page,
        head=page.head if page else None,
        places=Places(page.head.id, page.actions, page.papers) if page else None,
        history=page.history if page else (),
        course=Course,
        numbers=NAMES,
        clear=clear or {},
        errors=refused.fields if refused else {},
        form=request.form,
        bodies=[(body.id, body.name) for body in hosts_for(reading(), one.enterprise)],
        key=fresh_key(),
    )
