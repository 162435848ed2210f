"""Assigning one instructor to several cases: each is an action of its own, and one refusal does not undo the others."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.case_list.blueprint import bp
from web.case_list.picked import Picked, assign_each, read_picked
from web.cases.sent import fresh_key
from web.context import reading, runtime, today
from workflow.errors import InvalidInput
from workflow.queries.candidates import candidates


@bp.get("/assign")
@roles("manager")
def assign_form() -> ResponseReturnValue:
    return _draw(read_picked(request.args.getlist("case"), fresh_key()))


@bp.post("/assign")
@roles("manager")
def assign() -> ResponseReturnValue:
    picked = read_picked(request.form.getlist("case"), request.form.get("key", ""), request.form)
    try:
        picked.require_complete()
    except InvalidInput as refused:
        return _draw(picked, refused), 422
    results = assign_each(runtime(), picked, me().id)
    return render_template("case_list/assigned.html", results=results)


def _draw(picked: Picked, refused: InvalidInput | None = None) -> str:
    people = candidates(reading(), runtime(), picked.rows, today())
    return render_template(
        "case_list/assign.html", picked=picked, people=people, errors=refused.fields if refused else {}
    )
