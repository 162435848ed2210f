"""Taking one action on several cases: choose it, fill in, see what would become of each, then it counts."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me, roles
from web.case_list.blueprint import bp
from web.case_list.bulk_form import BulkForm, read_cases, read_form
from web.cases.entry import shown
from web.cases.sent import fresh_key
from web.context import reading, runtime, today, versions
from web.locale import t
from workflow.bulk.choices import cases_of_filter, choices
from workflow.bulk.plan import Planned, plan
from workflow.bulk.running import foresee_each, run_each
from workflow.definition.schema import default_value
from workflow.engine.ranking import ranked_choices
from workflow.errors import InvalidInput
from workflow.queries.case_filter import read_filter
from workflow.queries.case_list import visible_rows

ACTING = ("manager", "committee", "instructor")


@bp.get("/bulk")
@roles(*ACTING)
def choose() -> ResponseReturnValue:
    try:
        ids = _chosen()
    except InvalidInput as refused:
        flash(t(refused.text), "problem")
        return redirect(url_for("cases.index"), 303)
    rows = visible_rows(reading(), actor(), ids, versions())
    found = choices(reading(), runtime(), actor(), [row.id for row in rows])
    names = {row.id: row.enterprise for row in rows}
    return render_template("case_list/bulk_choose.html", rows=rows, choices=found, names=names)


def _chosen() -> list[int]:
    if "all" not in request.args:
        return list(read_cases(request.args.getlist("case")))
    wanted = read_filter(request.args, versions())
    return cases_of_filter(reading(), runtime(), actor(), wanted, today())


@bp.get("/bulk/<action>")
@roles(*ACTING)
def bulk_form(action: str) -> ResponseReturnValue:
    return _draw(read_form(action, request.args.getlist("case"), request.args))


@bp.post("/bulk/<action>")
@roles(*ACTING)
def bulk_take(action: str) -> ResponseReturnValue:
    form = read_form(action, request.form.getlist("case"), request.form)
    try:
        if "edit" in request.form:
            return _draw(form)
        form.require_complete()
        return _done(form) if "checked" in request.form else _foreseen(form)
    except InvalidInput as refused:
        return _draw(form, refused), 422


def _done(form: BulkForm) -> str:
    results = run_each(runtime(), form.bulk(), me().id)
    names = {row.id: row.enterprise for row in form.rows}
    return render_template("case_list/bulk_done.html", form=form, results=results, names=names)


def _foreseen(form: BulkForm) -> str:
    if form.names_instructor:
        lines = plan(reading(), runtime(), form.bulk(), me().id, today())
    else:
        found = foresee_each(reading(), runtime(), form.bulk(), me().id)
        lines = [Planned(f.item.case_id, None, None, f.refusal.text if f.refusal else None) for f in found]
    names = {row.id: row.enterprise for row in form.rows}
    carried = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "case", "key", "instructor")
    ]
    return render_template(
        "case_list/bulk_foreseen.html", form=form, lines=lines, names=names, carried=carried, key=fresh_key()
    )


def _draw(form: BulkForm, refused: InvalidInput | None = None) -> str:
    defaults = {field.name: default_value(field, today()) for field in form.shared}
    known = shown({name: value for name, value in defaults.items() if value is not None})
    is_fresh = request.method == "GET"
    return render_template(
        "case_list/bulk_form.html",
        form=form,
        values=known if is_fresh else form.values,
        errors=refused.fields if refused else {},
        people=_people(form),
    )


def _people(form: BulkForm) -> list[tuple[str, str]]:
    """Those who serve one of the chambers, the best for the first of them first."""
    if not form.names_instructor:
        return []
    found: dict[str, str] = {}
    for path in dict.fromkeys(row.scope_path for row in form.rows):
        for one in ranked_choices(reading(), runtime(), path, today()):
            words = t("{name}（{why}）", "{name} ({why})", name=one.choice.name, why=one.basis)
            found.setdefault(one.choice.username, words)
    return list(found.items())
