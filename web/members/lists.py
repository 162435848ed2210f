"""The list of persons, and the roster of an enterprise."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import roles
from web.context import reading, runtime
from web.members.blueprint import READERS, bp
from workflow.models import Standing
from workflow.models.member import STANDING_NAMES
from workflow.queries.members import list_persons, read_person_filter
from workflow.queries.members import roster as roster_of


@bp.get("/members")
@roles(*READERS)
def index() -> ResponseReturnValue:
    wanted, cursor = read_person_filter(request.args), request.args.get("cursor", "")
    return render_template(
        "members/index.html",
        page=list_persons(reading(), runtime(), actor(), wanted, cursor=cursor),
        wanted=wanted,
        args=wanted.as_args(),
        is_first=not cursor,
        standings=[(str(code), STANDING_NAMES[code]) for code in Standing],
    )


@bp.get("/enterprises/<int:enterprise_id>/roster")
@roles(*READERS)
def roster(enterprise_id: int) -> ResponseReturnValue:
    return render_template("members/roster.html", roster=roster_of(reading(), runtime(), actor(), enterprise_id))
