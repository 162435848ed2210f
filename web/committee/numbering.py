"""The sign (代字) under which a committee's papers are numbered."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me, roles
from web.committee.blueprint import bp
from web.context import reading, runtime, today
from web.locale import t
from web.row_numbers import LARGEST
from workflow.engine.numbers import following, sign_of
from workflow.errors import InvalidInput
from workflow.queries.sessions import own_committees
from workflow.sessions import set_sign


@bp.get("/numbering")
@roles("committee")
def numbering() -> ResponseReturnValue:
    return _draw()


@bp.post("/numbering")
@roles("committee")
def set_numbering() -> ResponseReturnValue:
    try:
        body = min(request.form.get("organisation", 0, type=int), LARGEST)
        set_sign(runtime(), body, me().id, request.form.get("sign", ""))
    except InvalidInput as refused:
        return _draw(refused), 422
    flash(t("代字已保存", "The sign is saved"), "done")
    return redirect(url_for("committee.numbering"), 303)


def _draw(refused: InvalidInput | None = None) -> str:
    session, year = reading(), today().year
    rows = [(body, sign_of(session, body.id)) for body in own_committees(session, actor())]
    found = [(body, sign, str(next(following(session, body.id, sign, year))) if sign else "") for body, sign in rows]
    return render_template("committee/numbering.html", rows=found, errors=refused.fields if refused else {})
