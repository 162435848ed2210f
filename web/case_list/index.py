"""The list of cases: filters in the address, a page at a time."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me
from web.case_list.blueprint import bp
from web.case_list.chips import chips
from web.case_list.nothing import why_nothing
from web.context import reading, today, versions
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
    wanted = read_filter(request.args, versions())
    cursor = request.args.get("cursor", "")
    page = list_cases(reading(), actor(), wanted, versions=versions(), today=today(), cursor=cursor)
    return render_template(
        "case_list/index.html",
        page=page,
        wanted=wanted,
        is_first=not cursor,
        chips=chips(wanted, versions()),
        why_nothing=why_nothing(me().groups),
        keep={name: value for name, value in wanted.as_args().items() if name not in ON_THE_FORM},
        stages=[(code, stage.name) for code, stage in versions().stages.items()],
        chambers=_chambers(wanted),
        assigning={row.id: assigning(versions().of(row.definition_version), row.state) for row in page.rows},
        can_assign="manager" in me().groups,
        picks=bool(me().groups & {"manager", "committee", "instructor"}),
    )


def _chambers(wanted: CaseFilter) -> list[tuple[str, str]]:
    """The bodies to choose from; what the address asks for is among them, so that searching again keeps it."""
    choices = [(str(body.id), body.name) for body in bodies_in_area(reading(), actor(), *WITH_CASES)]
    if wanted.chamber and wanted.chamber not in dict(choices):
        choices.append((wanted.chamber, wanted.chamber))
    return choices


def assigning(definition: Definition, state: str) -> str:
    """The action that gives a case in a state its first or another instructor; empty where none does."""
    actions = [definition.transitions[name] for name in (ASSIGN, "reassign") if name in definition.transitions]
    return next((transition.action for transition in actions if state in transition.sources), "")
