"""The list of cases: filters in the address, a page at a time."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me
from web.case_list.blueprint import bp
from web.case_list.chips import chips
from web.case_list.nothing import why_nothing
from web.context import reading, runtime, today
from workflow.definition.model import Definition
from workflow.models import OrganisationKind
from workflow.queries.areas import bodies_in_area
from workflow.queries.case_filter import CaseFilter, read_filter
from workflow.queries.case_list import list_cases

ASSIGN = "assign_instructor"
# A town without a chamber looks after its enterprises itself.
WITH_CASES = (OrganisationKind.TOWN, OrganisationKind.CHAMBER)
ON_THE_FORM = frozenset({"q", "stage", "chamber", "overdue", "nobody"})


@bp.get("")
def index() -> ResponseReturnValue:
    definition = runtime().branch_formation
    wanted = read_filter(request.args, definition)
    cursor = request.args.get("cursor", "")
    page = list_cases(reading(), actor(), wanted, definition=definition, today=today(), cursor=cursor)
    return render_template(
        "case_list/index.html",
        page=page,
        wanted=wanted,
        is_first=not cursor,
        chips=chips(wanted, definition),
        why_nothing=why_nothing(me().groups),
        keep={name: value for name, value in wanted.as_args().items() if name not in ON_THE_FORM},
        stages=[(code, stage.name) for code, stage in definition.stages.items()],
        chambers=_chambers(wanted),
        assigning={code: assigning(definition, code) for code in definition.states},
        can_assign="manager" in me().groups,
        picks=can_pick(wanted, definition) and "manager" in me().groups,
    )


def _chambers(wanted: CaseFilter) -> list[tuple[str, str]]:
    """The bodies to choose from; what the address asks for is among them, so that searching again keeps it."""
    choices = [(str(body.id), body.name) for body in bodies_in_area(reading(), actor(), *WITH_CASES)]
    if wanted.chamber and wanted.chamber not in dict(choices):
        choices.append((wanted.chamber, wanted.chamber))
    return choices


def assigning(definition: Definition, state: str) -> str:
    """The action that gives a case in a state its first or another instructor; empty where none does."""
    actions = (ASSIGN, "reassign")
    return next((action for action in actions if state in definition.transitions[action].sources), "")


def can_pick(wanted: CaseFilter, definition: Definition) -> bool:
    """Every case of the list waits for its first instructor: several can be assigned at once."""
    states = {wanted.state} if wanted.state else set(definition.states_of_stage(wanted.stage))
    waiting = {state for state in states if assigning(definition, state) == ASSIGN}
    return bool(states) and states == waiting
