"""An instructor's own enterprises."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import roles
from web.context import reading, runtime
from workflow.queries.own_cases import own_cases

bp = Blueprint("mine", __name__)


@bp.get("/my")
@roles("instructor")
def show() -> ResponseReturnValue:
    return render_template("inbox/mine.html", cases=own_cases(reading(), runtime(), actor()))
