"""Making a gesture on a case: the form and the answer. What stands against it is shown where it is asked for."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me
from web.cases.entry import entered, typed
from web.cases.sent import fresh_key
from web.context import reading, runtime
from web.locale import t
from workflow.engine import Command
from workflow.errors import Conflict, InvalidInput, KeyReused, TransitionRefused
from workflow.gestures import take_gesture
from workflow.gestures.available import GestureView, gesture_view
from workflow.opinions import opinions_for
from workflow.queries.case_page import case_head
from workflow.queries.round_page import questions, round_page
from workflow.queries.seen import seen_work

bp = Blueprint("gestures", __name__, url_prefix="/cases/<int:case_id>/gestures")


@bp.get("/<gesture>")
def form(case_id: int, gesture: str) -> ResponseReturnValue:
    return _draw(case_id, gesture)


@bp.post("/<gesture>")
def make(case_id: int, gesture: str) -> ResponseReturnValue:
    work = seen_work(reading(), runtime(), actor(), case_id)
    view = gesture_view(work, actor(), gesture)
    try:
        take_gesture(runtime(), _command(case_id, view))
    except (InvalidInput, TransitionRefused) as refused:
        return _draw(case_id, gesture, refused), 422
    except (Conflict, KeyReused) as refused:
        flash(t(refused.text), "problem")
        return redirect(url_for("case.show", case_id=case_id), 303)
    flash(t("已办理：{label}", "Done: {label}", label=view.label), "done")
    return redirect(url_for("case.show", case_id=case_id), 303)


def _command(case_id: int, view: GestureView) -> Command:
    return Command(
        case_id,
        view.gesture,
        me().id,
        data=typed(view.fields, entered(view.fields, request.form)),
        reason=request.form.get("reason"),
        idempotency_key=request.form.get("key") or fresh_key(),
        shown=request.form.get("shown") or None,
    )


def _draw(case_id: int, gesture: str, refused: InvalidInput | TransitionRefused | None = None) -> str:
    work = seen_work(reading(), runtime(), actor(), case_id)
    view = gesture_view(work, actor(), gesture)
    return render_template(
        "cases/gesture.html",
        head=case_head(work),
        view=view,
        round=round_page(work),
        questions=[q for q in questions(work) if q.is_open],
        values=entered(view.fields, request.form),
        reason=request.form.get("reason", ""),
        errors=refused.fields if isinstance(refused, InvalidInput) else {},
        problems=refused.problems if isinstance(refused, TransitionRefused) else view.problems,
        opinions=opinions_for(reading(), actor()) if view.reason != "none" else [],
        shown=request.form.get("shown", ""),
        key=fresh_key(),
    )
