"""My leave: entering one, ending one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me
from web.cases.sent import fresh_key
from web.context import reading, runtime, today
from web.locale import t
from web.people.days import days_of
from workflow.errors import Conflict, InvalidInput, KeyReused
from workflow.people.leaves import LeaveWanted, end_leave, take_leave
from workflow.queries.colleagues import colleagues
from workflow.queries.substitutions import leaves_of

bp = Blueprint("leave", __name__, url_prefix="/me/leave")


@bp.get("")
def show() -> ResponseReturnValue:
    return _draw()


@bp.post("")
def create() -> ResponseReturnValue:
    try:
        from_on, to_on = days_of(request.form)
        wanted = LeaveWanted(me().account.username, from_on, to_on, request.form.get("substitute", "").strip())
        take_leave(runtime(), me().id, wanted, request.form.get("key") or None)
    except InvalidInput as refused:
        return _draw(refused), 422
    except KeyReused:
        return redirect(url_for("leave.show"), 303)
    flash(t("已登记请假", "The leave is entered"), "done")
    return redirect(url_for("leave.show"), 303)


@bp.post("/<int:leave_id>/end")
def end(leave_id: int) -> ResponseReturnValue:
    try:
        end_leave(runtime(), me().id, leave_id)
        flash(t("请假已结束，随之设定的代理一并结束", "The leave has ended, and the substitutions with it"), "done")
    except Conflict as over:
        flash(t(over.text), "info")
    return redirect(url_for("leave.show"), 303)


def _draw(refused: InvalidInput | None = None) -> str:
    return render_template(
        "people/leave.html",
        lines=leaves_of(reading(), [me().id], today()),
        people=[(one.username, t(one.words)) for one in colleagues(reading(), today()) if one.id != me().id],
        errors=refused.fields if refused else {},
        form=request.form if refused else {"from_on": today().isoformat()},
        key=request.form.get("key") or fresh_key(),
    )
