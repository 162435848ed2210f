"""The list of sessions, calling one, changing its particulars, cancelling it."""

from __future__ import annotations

from datetime import date

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me, roles
from web.cases.sent import fresh_key
from web.committee.blueprint import asked, back_to, bp, seen
from web.context import reading, runtime, today
from web.locale import t
from web.row_numbers import LARGEST
from workflow.errors import InvalidInput, NotPermitted
from workflow.queries.sessions import STATUSES, list_sessions, own_committees
from workflow.sessions import Plan, cancel_session, change_session, plan_session, summon
from workflow.sessions.acting import require_officer
from workflow.text import Text


@bp.get("")
@roles("committee", "manager")
def index() -> ResponseReturnValue:
    return render_template(
        "committee/index.html",
        sessions=list_sessions(reading(), actor()),
        committees=own_committees(reading(), actor()),
        statuses=STATUSES,
    )


@bp.get("/new")
@roles("committee")
def new() -> ResponseReturnValue:
    values = {"held_on": today().isoformat(), "recorder": me().display_name}
    return _form(values)


@bp.post("/new")
@roles("committee")
def create() -> ResponseReturnValue:
    try:
        outcome = plan_session(runtime(), _body(), asked(), _plan())
    except InvalidInput as refused:
        return _form(request.form, refused), 422
    flash(t("会议已列入：请核对应到会名单和议程", "The session is called: check its roll and its agenda"), "done")
    return back_to(outcome.session_id)


@bp.get("/<int:session_id>/edit")
@roles("committee")
def edit(session_id: int) -> ResponseReturnValue:
    work = seen(session_id)
    require_officer(work.actor, work.body)
    record = work.record
    values = {"held_on": record.held_on.isoformat(), "place": record.place}
    return _form({**values, "chair": record.chair, "recorder": record.recorder}, session_id=session_id)


@bp.post("/<int:session_id>/edit")
@roles("committee")
def change(session_id: int) -> ResponseReturnValue:
    try:
        change_session(runtime(), session_id, asked(), _plan())
    except InvalidInput as refused:
        return _form(request.form, refused, session_id), 422
    return back_to(session_id)


@bp.post("/<int:session_id>/cancel")
@roles("committee")
def cancel(session_id: int) -> ResponseReturnValue:
    cancel_session(runtime(), session_id, asked())
    flash(t("会议已取消，议程上的案件可列入其他会议", "Cancelled: its cases can be put before another session"), "done")
    return back_to(session_id)


@bp.post("/<int:session_id>/summon")
@roles("committee")
def call_members(session_id: int) -> ResponseReturnValue:
    outcome = summon(runtime(), session_id, asked())
    flash(t("已通知 {n} 位成员", "{n} members are told", n=outcome.count), "done")
    return back_to(session_id)


def _form(values: object, refused: InvalidInput | None = None, session_id: int = 0) -> str:
    committees = own_committees(reading(), actor())
    if not committees:
        raise NotPermitted(
            "session",
            Text("您所在的组织不是党委或党工委，没有会议", "Your body is no committee: it holds no sessions"),
        )
    return render_template(
        "committee/plan.html",
        values=values,
        errors=refused.fields if refused else {},
        committees=committees,
        session_id=session_id,
        key=fresh_key(),
    )


def _body() -> int:
    mine = own_committees(reading(), actor())
    chosen = request.form.get("organisation", type=int)
    return min(chosen, LARGEST) if chosen is not None else mine[0].id if mine else 0


def _plan() -> Plan:
    form = request.form
    try:
        held_on = date.fromisoformat(form.get("held_on", ""))
    except ValueError as error:
        fault = Text("会议日期应为日期，如 2026-03-02", "The day of the session must be a date such as 2026-03-02")
        raise InvalidInput({"held_on": fault}) from error
    return Plan(held_on, form.get("place", ""), form.get("chair", ""), form.get("recorder", ""))
