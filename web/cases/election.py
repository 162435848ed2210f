"""The election desk: the roll, the candidates, papers to print, and the count sheet checked while it is typed."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.cases.counting import check_of
from web.cases.sent import Sent
from web.context import reading, runtime
from workflow.machine import machine_for
from workflow.queries.case_definition import definition_of_case
from workflow.queries.election_desk import RECORDING, election_desk

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
    sent = Sent(
        case_id, machine_for(definition_of_case(reading(), runtime(), case_id)).transition(action), request.form
    )
    return render_template("election/check.html", check=check_of(sent))
