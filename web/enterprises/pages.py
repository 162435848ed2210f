"""The surveyed enterprises: the list, one enterprise with its head-counts and cases, opening its case."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me, roles
from web.context import reading, runtime, versions
from web.locale import t
from workflow.engine import open_case
from workflow.errors import Conflict, InvalidInput
from workflow.models import OrganisationKind
from workflow.people.knowledge import set_industry
from workflow.queries.areas import bodies_in_area
from workflow.queries.enterprises import enterprise_page, list_enterprises, read_enterprise_filter

bp = Blueprint("enterprises", __name__, url_prefix="/enterprises")


@bp.get("")
def index() -> ResponseReturnValue:
    wanted = read_enterprise_filter(request.args, versions())
    cursor = request.args.get("cursor", "")
    page = list_enterprises(reading(), actor(), wanted, versions=versions(), cursor=cursor)
    towns = [(str(body.id), body.name) for body in bodies_in_area(reading(), actor(), OrganisationKind.TOWN)]
    if wanted.town and wanted.town not in dict(towns):
        towns.append((wanted.town, wanted.town))
    return render_template(
        "enterprises/index.html",
        page=page,
        wanted=wanted,
        args=wanted.as_args(),
        is_first=not cursor,
        towns=towns,
        stages=[(code, stage.name) for code, stage in versions().stages.items()],
    )


@bp.get("/<int:enterprise_id>")
def show(enterprise_id: int) -> ResponseReturnValue:
    page = enterprise_page(reading(), actor(), enterprise_id, versions=versions())
    return render_template("enterprises/show.html", page=page, may_open=page.can_open and "manager" in me().groups)


@bp.post("/<int:enterprise_id>/case")
@roles("manager")
def open_its_case(enterprise_id: int) -> ResponseReturnValue:
    page = enterprise_page(reading(), actor(), enterprise_id, versions=versions())
    try:
        outcome = open_case(runtime(), page.row.credit_code, me().id)
    except Conflict as refused:
        flash(t(refused.text), "problem")
        return redirect(url_for("enterprises.show", enterprise_id=enterprise_id), 303)
    flash(t("已立案：{name}", "The case is open: {name}", name=page.row.name), "done")
    return redirect(url_for("case.show", case_id=outcome.case_id), 303)


@bp.post("/<int:enterprise_id>/industry")
@roles("manager")
def note_industry(enterprise_id: int) -> ResponseReturnValue:
    page = enterprise_page(reading(), actor(), enterprise_id, versions=versions())
    try:
        set_industry(runtime(), me().id, page.row.credit_code, request.form.get("industry", ""))
        flash(t("已保存行业，选派指导员时据此排序", "Saved; candidates for instructor are ranked by it"), "done")
    except InvalidInput as refused:
        flash(t(refused.text), "problem")
    return redirect(url_for("enterprises.show", enterprise_id=enterprise_id), 303)
