"""What a committee has to decide or to do, by the state the cases are in."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import roles
from web.context import reading, runtime, today
from workflow.definition.model import Definition, State
from workflow.queries.inbox import inbox

bp = Blueprint("decide", __name__)


@bp.get("/decide")
@roles("committee")
def show() -> ResponseReturnValue:
    states = _committee_states()
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


def _committee_states() -> list[State]:
    """The open states in which some version of a process waits for a committee, one process after the other."""
    return [
        state
        for versions in runtime().processes(reading()).values()
        for code, state in versions.states.items()
        if any(_waits_there(definition, code) for definition in versions.by_number.values())
    ]


def _waits_there(definition: Definition, code: str) -> bool:
    state = definition.states.get(code)
    if state is None or not state.is_open:
        return False
    owners = [state.owner, *([state.first.owner] if state.first else [])]
    return any(definition.groups[owner].at == "committee" for owner in owners)
