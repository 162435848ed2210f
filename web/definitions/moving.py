"""Open cases of older versions: what keeps each from the one in force, and moving those that nothing keeps."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.context import reading, runtime, versions
from web.definitions.blueprint import bp
from web.definitions.lists import lists_of
from web.definitions.publishing import flash_moved
from workflow.publishing.moving import move_cases
from workflow.publishing.preview import behind


@bp.get("/move")
@roles("admin")
def move_form() -> ResponseReturnValue:
    found = behind(reading(), versions())
    lists = lists_of(found, is_whole=request.args.get("list") == "all")
    return render_template("definitions/move.html", found=found, lists=lists)


@bp.post("/move")
@roles("admin")
def move() -> ResponseReturnValue:
    flash_moved(move_cases(runtime(), actor_id=me().id).moved)
    return redirect(url_for("definitions.index"), 303)
