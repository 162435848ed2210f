"""The picture with live counts, and the definition as tables a clerk can read."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from web.actor import actor
from web.auth.access import me
from web.context import reading, runtime, today
from web.definitions.index import READERS
from web.locale import current_locale
from workflow.definition.library import PROCESS
from workflow.definition.model import Definition, State, Transition
from workflow.definition.versions import Versions
from workflow.diagram import draw_diagram
from workflow.errors import NotFound
from workflow.guards import GUARDS
from workflow.queries.case_filter import CaseFilter
from workflow.queries.pipeline import state_counts
from workflow.text import Text

bp = Blueprint("process", __name__)

# More states than this in a cell of the table are given as a number.
SHOWN_SOURCES = 4
KINDS = ("national", "local", "product")


@bp.get("/process")
def show() -> ResponseReturnValue:
    published = _asked_for()
    definition = _version_of(published)
    wanted = CaseFilter(version=definition.version)
    is_founding = definition.process == PROCESS
    counts = state_counts(reading(), actor(), wanted, versions=published, today=today()) if is_founding else {}
    # Drawn by ourselves from the definition; every word in it is escaped there.
    picture = Markup(draw_diagram(definition, current_locale(), counts=counts))  # noqa: S704
    rules = runtime().rules
    return render_template(
        "process/show.html",
        definition=definition,
        may_see_versions=bool(me().groups & set(READERS)),
        versions=published,
        others=[v.current for v in runtime().processes(reading()).values() if v is not published],
        wanted=wanted,
        picture=picture,
        counts=defaultdict(int, counts),
        guards=GUARDS,
        sources=sources,
        target=target,
        lengths={d.rule: rules.number(d.rule, today()) for d in definition.deadlines.values() if d.rule},
        rules=sorted(rules, key=lambda rule: KINDS.index(rule.kind)),
    )


def _asked_for() -> Versions:
    """Of the process in the address, or of the founding of branches."""
    process = request.args.get("process", PROCESS)
    found = runtime().processes(reading()).get(process)
    if found is None:
        raise NotFound("process", process)
    return found


def _version_of(published: Versions) -> Definition:
    """The version in the address, or the one in force."""
    number = request.args.get("version", default=published.current.version, type=int)
    if number not in published.by_number:
        raise NotFound("definition", number)
    return published.of(number)


def sources(definition: Definition, transition: Transition) -> list[State]:
    """The states to name; none where there are too many to be read."""
    named = [definition.states[code] for code in transition.sources]
    return named if len(named) <= SHOWN_SOURCES else []


def target(definition: Definition, transition: Transition) -> Text:
    if transition.target in definition.states:
        return definition.states[transition.target].name
    if transition.target == "same":
        return Text("不变", "stays")
    return Text("回到原步骤", "back to where it was")
