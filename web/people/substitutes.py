"""My substitutes: who stands in for me, for whom I stand in, naming one, ending one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me
from web.cases.sent import fresh_key
from web.context import reading, runtime, today
from web.locale import t
from web.people.days import days_of
from workflow.engine.lending import WAITS_AT
from workflow.errors import Conflict, InvalidInput, KeyReused
from workflow.people.substitutes import Wanted, end_substitution, name_substitute
from workflow.people.substitution_faults import states_of_role
from workflow.queries.colleagues import bodies_of, colleagues
from workflow.queries.parameters import is_number
from workflow.queries.substitutions import substitutions_of
from workflow.roles import ROLE_NAMES
from workflow.text import Text

bp = Blueprint("substitutes", __name__, url_prefix="/me/substitutes")


@bp.get("")
def show() -> ResponseReturnValue:
    return _draw()


@bp.post("")
def create() -> ResponseReturnValue:
    try:
        name_substitute(runtime(), me().id, _wanted(), request.form.get("key") or None)
    except InvalidInput as refused:
        return _draw(refused), 422
    except KeyReused:
        return redirect(url_for("substitutes.show"), 303)
    flash(t("已设定代理，双方都会收到通知；到期自动结束", "Done; both are told, and it ends by itself"), "done")
    return redirect(url_for("substitutes.show"), 303)


@bp.post("/<int:substitution_id>/end")
def end(substitution_id: int) -> ResponseReturnValue:
    try:
        end_substitution(runtime(), me().id, substitution_id)
        flash(t("代理已结束", "The substitution has ended"), "done")
    except Conflict as over:
        flash(t(over.text), "info")
    return redirect(url_for("substitutes.show"), 303)


def _wanted() -> Wanted:
    from_on, to_on = days_of(request.form)
    body = request.form.get("organisation_id", "")
    return Wanted(
        request.form.get("substitute", ""),
        request.form.get("role", ""),
        from_on,
        to_on,
        tuple(request.form.getlist("states")),
        int(body) if is_number(body) else None,
    )


def _draw(refused: InvalidInput | None = None) -> str:
    definition = runtime().branch_formation
    roles = sorted({held.role for held in actor().roles if held.role in WAITS_AT})
    states = list(dict.fromkeys(code for role in roles for code in states_of_role(definition, role)))
    return render_template(
        "people/substitutes.html",
        lines=substitutions_of(reading(), definition, me().id, today()),
        roles=[(role, ROLE_NAMES[role]) for role in roles],
        states=[definition.states[code] for code in states],
        people=[(one.username, t(one.words)) for one in colleagues(reading(), today()) if one.id != me().id],
        bodies=[(body.id, body.name) for body in bodies_of(reading(), actor(), frozenset(roles))],
        errors=refused.fields if refused else {},
        form=request.form if refused else {"from_on": today().isoformat()},
        chosen=request.form.getlist("states") if refused else [],
        key=request.form.get("key") or fresh_key(),
        all_states=Text("不选：该角色的全部环节", "None ticked: every step of the role"),
    )
