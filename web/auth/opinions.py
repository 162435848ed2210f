"""My kept wordings, and those of the bodies I work for."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.context import now, reading, runtime
from web.locale import t
from workflow.errors import InvalidInput
from workflow.opinions import keep_opinion, opinions_for, remove_opinion

bp = Blueprint("opinions", __name__, url_prefix="/me/opinions")


@bp.get("")
def index() -> ResponseReturnValue:
    return _draw({})


@bp.post("")
def keep() -> ResponseReturnValue:
    body = request.form.get("organisation_id", type=int)
    try:
        with runtime().db.unit_of_work() as session:
            keep_opinion(session, actor(), request.form.get("text", ""), now(), body)
    except InvalidInput as error:
        return _draw(error.fields), 422
    flash(t("已保存", "Kept"), "done")
    return redirect(url_for("opinions.index"), 303)


@bp.post("/<int:opinion_id>/remove")
def remove(opinion_id: int) -> ResponseReturnValue:
    with runtime().db.unit_of_work() as session:
        remove_opinion(session, actor(), opinion_id)
    flash(t("已删除", "Removed"), "done")
    return redirect(url_for("opinions.index"), 303)


def _draw(errors: dict) -> str:  # type: ignore[type-arg]  # field -> sentence, as InvalidInput has it
    bodies = [(held.organisation_id, held.organisation_name) for held in actor().roles]
    return render_template(
        "auth/opinions.html", opinions=opinions_for(reading(), actor()), bodies=dict(bodies).items(), errors=errors
    )
