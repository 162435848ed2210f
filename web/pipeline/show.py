"""How many cases stand where."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me, roles
from web.context import reading, today, versions
from workflow.queries.pipeline import pipeline

bp = Blueprint("pipeline", __name__)


@bp.get("/pipeline")
@roles("manager", "committee", "federation")
def show() -> ResponseReturnValue:
    figures = pipeline(reading(), actor(), versions=versions(), today=today())
    areas = sorted({role.organisation.name for role in me().assignments if role.role not in ("instructor", "admin")})
    widest = max((line.now.number for line in figures.stages), default=0)
    return render_template("pipeline/show.html", pipeline=figures, areas=areas, widest=widest or 1)
