"""Open cases of older versions: what keeps each from the one in force, and moving those that nothing keeps."""

from __future__ import annotations

from uuid import uuid4

from flask import render_template, request
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.context import reading, runtime, versions
from web.definitions.blueprint import bp
from web.definitions.lists import lists_of
from web.definitions.moves import led_on
from workflow.publishing.move_run import start_move
from workflow.publishing.preview import behind


@bp.get("/move")
@roles("admin")
def move_form() -> ResponseReturnValue:
    found = behind(reading(), versions())
    lists = lists_of(found, is_whole=request.args.get("list") == "all")
    return render_template("definitions/move.html", found=found, lists=lists, key=uuid4().hex)


@bp.post("/move")
@roles("admin")
def move() -> ResponseReturnValue:
    """Sent twice it is one move."""
    return led_on(start_move(runtime(), actor_id=me().id, key=request.form.get("key") or None))
