"""The paper of a decision (批复、通知), to read and to print."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.context import reading, runtime
from workflow.queries.decision_papers import decision_paper

bp = Blueprint("decisions", __name__, url_prefix="/cases")


@bp.get("/<int:case_id>/decisions/<int:seq>")
def paper(case_id: int, seq: int) -> ResponseReturnValue:
    return render_template(
        "cases/decision_paper.html", found=decision_paper(reading(), runtime(), actor(), case_id, seq)
    )
