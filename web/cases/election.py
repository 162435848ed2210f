"""The election desk: the roll, the candidates, papers to print, and the count sheet checked while it is typed."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me
from web.cases.sent import Sent
from web.context import reading, runtime
from workflow.engine.rehearsal import rehearse
from workflow.errors import InvalidInput, TransitionRefused, WorkflowError
from workflow.machine import machine_for
from workflow.queries.election_desk import RECORDING, counted, election_desk
from workflow.queries.seen import seen_work

bp = Blueprint("election", __name__, url_prefix="/cases/<int:case_id>/election")


@bp.get("")
def show(case_id: int) -> ResponseReturnValue:
    return render_template("election/show.html", desk=election_desk(reading(), runtime(), actor(), case_id))


@bp.get("/ballot")
def ballot(case_id: int) -> ResponseReturnValue:
    return render_template("election/ballot.html", desk=election_desk(reading(), runtime(), actor(), case_id))


@bp.post("/check/<action>")
def check(case_id: int, action: str) -> ResponseReturnValue:
    """How the count stands by what is typed so far, and what the action's own conditions say of it; nothing is kept."""
    if action not in RECORDING:
        abort(404)
    work = seen_work(reading(), runtime(), actor(), case_id)
    sent = Sent(case_id, machine_for(work.definition).transition(action), request.form)
    refused = _refusal(sent)
    return render_template(
        "election/check.html",
        posts=counted(work, sent.transition, sent.data),
        unfilled=len(refused.fields) if isinstance(refused, InvalidInput) else 0,
        problems=refused.problems if isinstance(refused, TransitionRefused) else (),
        stopped=refused.text if refused and not isinstance(refused, InvalidInput | TransitionRefused) else None,
    )


def _refusal(sent: Sent) -> WorkflowError | None:
    try:
        rehearse(reading(), runtime(), sent.command(me().id))
    except WorkflowError as refused:
        return refused
    return None
