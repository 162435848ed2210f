"""Deciding case after case on one screen, and all those nobody objects to at once."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.cases.entry import Entered, shown
from web.cases.sent import fresh_key
from web.committee.ballot import read_ballot, written
from web.committee.blueprint import asked, back_to, bp, seen
from web.context import runtime
from web.locale import t
from workflow.errors import InvalidInput, KeyReused
from workflow.queries.session_decision import CaseDecision, Choice, case_decision
from workflow.queries.sessions import session_page
from workflow.sessions import Request, decide, decide_rest, declare_interest, withdraw_interest
from workflow.sessions.acting import require_officer
from workflow.sessions.deciding import ANSWERS, POSTPONE
from workflow.sessions.work import KINDS


@bp.get("/<int:session_id>/decide")
@roles("committee")
def decide_next(session_id: int) -> ResponseReturnValue:
    """The first undecided case; the session's page where none is left."""
    work = seen(session_id)
    require_officer(work.actor, work.body)
    undecided = next((item for item in work.items if item.answer is None), None)
    if undecided is None:
        return back_to(session_id, "agenda")
    return redirect(url_for("committee.decide_case", session_id=session_id, case_id=undecided.case_id), 303)


@bp.get("/<int:session_id>/decide/<int:case_id>")
@roles("committee")
def decide_case(session_id: int, case_id: int) -> ResponseReturnValue:
    """The screen of one case; once the session is over nothing is decided on it."""
    page = _draw(session_id, case_id)
    return page if seen(session_id).record.status == "open" else back_to(session_id, "agenda")


@bp.post("/<int:session_id>/decide/<int:case_id>")
@roles("committee")
def take_decision(session_id: int, case_id: int) -> ResponseReturnValue:
    case = _case(session_id, case_id)
    try:
        decide(runtime(), session_id, asked(), read_ballot(case, request.form))
    except InvalidInput as refused:
        return _draw(session_id, case_id, refused), 422
    except KeyReused:
        # The browser's own way back shows the page as it was sent: what is entered now has to be sent as a new one.
        flash(
            t("这一页已提交过：请核对后再记录一次", "This page was sent before: look at it and keep it again"),
            "problem",
        )
        return _draw(session_id, case_id), 409
    flash(t("已记录：{name}", "Kept: {name}", name=case.head.figures.name), "done")
    return redirect(url_for("committee.decide_next", session_id=session_id), 303)


@bp.post("/<int:session_id>/decide-rest")
@roles("committee")
def take_rest(session_id: int) -> ResponseReturnValue:
    outcome = decide_rest(runtime(), session_id, asked())
    flash(t("{n} 件无异议通过", "{n} agreed to without objection", n=outcome.count), "done")
    return back_to(session_id, "agenda")


@bp.post("/<int:session_id>/decide/<int:case_id>/recuse")
@roles("committee")
def recuse(session_id: int, case_id: int) -> ResponseReturnValue:
    form = request.form
    seat, kind, note = form.get("seat", 0, type=int), form.get("kind", ""), form.get("note", "")
    try:
        declare_interest(runtime(), session_id, asked(), case_id, seat, kind, note)
    except InvalidInput as refused:
        return _draw(session_id, case_id, refused), 422
    return redirect(url_for("committee.decide_case", session_id=session_id, case_id=case_id, _anchor="voters"), 303)


@bp.post("/<int:session_id>/decide/<int:case_id>/unrecuse/<int:interest_id>")
@roles("committee")
def unrecuse(session_id: int, case_id: int, interest_id: int) -> ResponseReturnValue:
    withdraw_interest(runtime(), session_id, Request(me().id, request.form.get("key") or fresh_key()), interest_id)
    return redirect(url_for("committee.decide_case", session_id=session_id, case_id=case_id, _anchor="voters"), 303)


def _case(session_id: int, case_id: int) -> CaseDecision:
    work = seen(session_id)
    require_officer(work.actor, work.body)
    return case_decision(work, case_id)


def _draw(session_id: int, case_id: int, refused: InvalidInput | None = None) -> str:
    case = _case(session_id, case_id)
    return render_template(
        "committee/decide.html",
        page=session_page(seen(session_id)),
        case=case,
        answers=ANSWERS,
        postpone=POSTPONE,
        kinds=KINDS,
        sent=request.form if "answer" in request.form else None,
        values={choice.answer: _values(case, choice) for choice in case.choices},
        errors=refused.fields if refused else {},
        key=fresh_key(),
    )


def _values(case: CaseDecision, choice: Choice) -> Entered:
    """What was typed where it is shown again, else what is proposed."""
    return written(case, request.form, choice.answer) if "answer" in request.form else shown(choice.values)
