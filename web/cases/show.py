"""The page of one case."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.cases.places import Places
from web.context import reading, runtime
from workflow.definition.course import Course
from workflow.queries.case_page import case_page
from workflow.queries.inbox import next_card

bp = Blueprint("case", __name__, url_prefix="/cases")

# So many entries stand on the page at once; the address with ?history=all shows all of them.
RECENT = 20


@bp.get("/<int:case_id>")
def show(case_id: int) -> ResponseReturnValue:
    page = case_page(reading(), runtime(), actor(), case_id)
    if page.head.person_id is not None:
        return redirect(url_for("members.show", person_id=page.head.person_id))
    everything = request.args.get("history") == "all"
    after = next_card(reading(), runtime(), actor(), after_case=case_id) if "done" in request.args else None
    return render_template(
        "cases/show.html",
        page=page,
        places=Places(case_id, page.actions, page.papers),
        course=Course,
        history=page.history if everything else page.history[:RECENT],
        is_done="done" in request.args,
        after=after,
    )
