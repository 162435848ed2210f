"""The workload of the instructors of the manager's area."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import roles
from web.context import reading, runtime, today, versions
from workflow.queries.workload import workload

bp = Blueprint("workload", __name__)


@bp.get("/workload")
@roles("manager")
def show() -> ResponseReturnValue:
    cap = runtime().rules.number("instructor_load_cap", today())
    loads = workload(reading(), actor(), versions=versions(), usual_cap=cap, today=today())
    return render_template("workload/show.html", loads=loads, usual_cap=cap)
