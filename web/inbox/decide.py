"""What a committee has to decide or to do, by the state the cases are in."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import roles
from web.context import reading, runtime, today, versions
from workflow.queries.inbox import inbox

bp = Blueprint("decide", __name__)


@bp.get("/decide")
@roles("committee")
def show() -> ResponseReturnValue:
    states = [state for code, state in versions().states.items() if code in _committee_states()]
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


def _committee_states() -> set[str]:
    """The open states in which some version of the process waits for a committee."""
    return {
        state.code
        for definition in versions().by_number.values()
        for state in definition.states.values()
        if state.is_open and definition.groups[state.owner].at == "committee"
    }
