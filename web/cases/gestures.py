"""Making a gesture on a case: the form and the answer. What stands against it is shown where it is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me
from web.cases.entry import entered, typed
from web.cases.sent import fresh_key
from web.context import reading, runtime
from web.locale import t
from workflow.engine import Command
from workflow.engine.shown import shown_token
from workflow.errors import Conflict, InvalidInput, KeyReused, NotFound, TransitionRefused
from workflow.gestures import take_gesture
from workflow.gestures.available import gesture_view, why_not_offered
from workflow.gestures.catalogue import GESTURES
from workflow.gestures.gesture import Gesture
from workflow.guards import Problem
from workflow.opinions import opinions_for
from workflow.queries.case_page import case_head
from workflow.queries.round_page import questions, round_page
from workflow.queries.seen import seen_work
from workflow.text import Text

bp = Blueprint("gestures", __name__, url_prefix="/cases/<int:case_id>/gestures")


# What decides carries what the page showed: where that has changed since, the answer does not count.
DECIDES = frozenset({"sign_agree", "sign_refuse", "sign_abstain", "sign_object"})


@bp.get("/<gesture>")
def form(case_id: int, gesture: str) -> ResponseReturnValue:
    return _draw(case_id, _known(gesture))


@bp.post("/<gesture>")
def make(case_id: int, gesture: str) -> ResponseReturnValue:
    """Sent twice it counts once: the second answer is the first, also where nothing of the kind is open any more."""
    kind = _known(gesture)
    try:
        take_gesture(runtime(), _command(case_id, kind))
    except (InvalidInput, TransitionRefused) as refused:
        return _draw(case_id, kind, refused)
    except (Conflict, KeyReused) as refused:
        flash(t(refused.text), "problem")
        return redirect(url_for("case.show", case_id=case_id), 303)
    flash(t("已办理：{label}", "Done: {label}", label=kind.label), "done")
    return redirect(url_for("case.show", case_id=case_id), 303)


def _known(gesture: str) -> Gesture:
    if gesture not in GESTURES:
        raise NotFound("gesture", gesture)
    return GESTURES[gesture]


def _command(case_id: int, kind: Gesture) -> Command:
    return Command(
        case_id,
        kind.name,
        me().id,
        data=typed(kind.fields, entered(kind.fields, request.form)),
        reason=request.form.get("reason"),
        idempotency_key=request.form.get("key") or fresh_key(),
        shown=request.form.get("shown") or None,
    )


def _draw(case_id: int, kind: Gesture, refused: InvalidInput | TransitionRefused | None = None) -> ResponseReturnValue:
    work = seen_work(reading(), runtime(), actor(), case_id)
    try:
        view = gesture_view(work, actor(), kind.name)
    except NotFound:
        return _not_needed(case_id, kind, why_not_offered(work, actor(), kind.name))
    page = render_template(
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
        shown=request.form.get("shown") or (shown_token(work) if kind.name in DECIDES else ""),
        key=fresh_key(),
    )
    return page, 422 if refused else 200


def _not_needed(case_id: int, kind: Gesture, problems: Iterable[Problem]) -> ResponseReturnValue:
    """A link of a while ago: the case says how it stands now and who was faster."""
    why = next((p.text for p in problems), Text("本案现在不需要您这样办理", "The case does not need it of you now"))
    words = Text(
        "没有办理“{label}”：{why}。案件现在的情况如下。", "“{label}” was not done: {why}. How the case stands now:"
    )
    flash(t(words, label=kind.label, why=why), "problem")
    return redirect(url_for("case.show", case_id=case_id), 303)
