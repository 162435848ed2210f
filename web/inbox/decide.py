"""What a committee has to decide or to do, by the state the cases are in."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import roles
from web.context import reading, runtime, today
from workflow.queries.inbox import inbox

bp = Blueprint("decide", __name__)


@bp.get("/decide")
@roles("committee")
def show() -> ResponseReturnValue:
    definition = runtime().branch_formation
    states = [s for s in definition.states.values() if s.is_open and definition.groups[s.owner].at == "committee"]
    found = inbox(
        reading(),
        runtime(),
        actor(),
        today=today(),
        states=[state.code for state in states],
        cursor=request.args.get("cursor", ""),
        limit=100,
    )
    groups = [(state, [card for card in found.cards if card.state == state.code]) for state in states]
    return render_template("inbox/decide.html", inbox=found, groups=groups)
