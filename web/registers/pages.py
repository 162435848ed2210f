"""The pages of the registers, the same for all of them: what differs is data."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.cases.sent import fresh_key
from web.context import reading, runtime
from web.locale import t
from workflow.errors import Conflict, InvalidInput, KeyReused
from workflow.queries.parameters import is_number
from workflow.registers import (
    REGISTERS,
    RegisterKind,
    line_history,
    list_lines,
    record_line,
    register_of,
    withdraw_line,
)
from workflow.registers.fields import Kind
from workflow.registers.references import bodies
from workflow.reports import areas_of
from workflow.text import Text

bp = Blueprint("registers", __name__, url_prefix="/registers")
LINES_A_PAGE = 50


@bp.get("")
@roles("manager")
def index() -> ResponseReturnValue:
    areas = _areas()
    counts = [(register, list_lines(reading(), register, areas, limit=1)[1]) for register in REGISTERS]
    return render_template("registers/index.html", registers=counts)


@bp.get("/<code>")
@roles("manager")
def show(code: str) -> ResponseReturnValue:
    register = register_of(code)
    before = request.args.get("before", "")
    lines, total = list_lines(
        reading(), register, _areas(), limit=LINES_A_PAGE, before=int(before) if is_number(before) else None
    )
    return render_template(
        "registers/show.html",
        register=register,
        lines=lines,
        total=total,
        is_first=not before,
        more=lines[-1].id if len(lines) == LINES_A_PAGE else None,
    )


@bp.get("/<code>/new")
@roles("manager")
def form(code: str) -> ResponseReturnValue:
    return _form(register_of(code), request.args)


@bp.post("/<code>")
@roles("manager")
def record(code: str) -> ResponseReturnValue:
    register = register_of(code)
    try:
        record_line(runtime(), me().id, register, _typed(register), key=request.form.get("key") or None)
    except (InvalidInput, Conflict, KeyReused) as refused:
        return _refused_form(register, refused)
    flash(t("已登记", "Entered"), "done")
    return redirect(url_for("registers.show", code=code), 303)


@bp.get("/<code>/<int:line_id>")
@roles("manager")
def line(code: str, line_id: int) -> ResponseReturnValue:
    return _line(register_of(code), line_id)


@bp.post("/<code>/<int:line_id>/correction")
@roles("manager")
def correct(code: str, line_id: int) -> ResponseReturnValue:
    register = register_of(code)
    try:
        number = record_line(
            runtime(),
            me().id,
            register,
            _typed(register),
            key=request.form.get("key") or None,
            replaces=line_id,
            reason=request.form.get("correction_reason", ""),
        )
    except InvalidInput as refused:
        return _line(register, line_id, refused.fields), 422
    except (Conflict, KeyReused) as refused:
        flash(t(refused.text), "problem")
        return redirect(url_for("registers.line", code=code, line_id=line_id), 303)
    flash(t("已更正：原登记保留在记录里", "Corrected; the line before it is kept in the history"), "done")
    return redirect(url_for("registers.line", code=code, line_id=number), 303)


@bp.post("/<code>/<int:line_id>/withdrawal")
@roles("manager")
def withdraw(code: str, line_id: int) -> ResponseReturnValue:
    register = register_of(code)
    try:
        withdraw_line(runtime(), me().id, register, line_id, request.form.get("correction_reason", ""))
    except InvalidInput as refused:
        return _line(register, line_id, refused.fields), 422
    flash(t("已撤回：不再计入报表，记录保留", "Withdrawn: reports leave it out, the record stays"), "done")
    return redirect(url_for("registers.show", code=code), 303)


def _areas() -> tuple[str, ...]:
    return areas_of(reading(), runtime(), me().id)


def _typed(register: RegisterKind) -> dict[str, str]:
    return {one.name: request.form.get(one.name, "") for one in register.fields}


def _refused_form(register: RegisterKind, refused: InvalidInput | Conflict | KeyReused) -> ResponseReturnValue:
    errors = refused.fields if isinstance(refused, InvalidInput) else {register.fields[0].name: refused.text}
    return _form(register, request.form, errors), 422


def _form(register: RegisterKind, values: Mapping[str, str], errors: Mapping[str, Text] | None = None) -> str:
    return render_template(
        "registers/new.html",
        register=register,
        values=values,
        errors=errors or {},
        key=request.form.get("key") or fresh_key(),
        choices=_choices(register),
    )


def _line(register: RegisterKind, line_id: int, errors: Mapping[str, Text] | None = None) -> str:
    history = line_history(reading(), register, _areas(), line_id)
    return render_template(
        "registers/line.html",
        register=register,
        history=history,
        newest=history[0],
        values=request.form if errors else history[0].typed,
        errors=errors or {},
        key=fresh_key(),
        choices=_choices(register),
    )


def _choices(register: RegisterKind) -> dict[str, list[tuple[object, object]]]:
    """What the lists of the form offer."""
    found: dict[str, list[tuple[object, object]]] = {}
    for one in register.fields:
        if one.kind in (Kind.TOWN, Kind.AREA):
            found[one.name] = list(bodies(reading(), one, _areas()))
        elif one.kind is Kind.FLAG:
            found[one.name] = [("true", Text("是", "yes")), ("false", Text("否", "no"))]
        elif one.kind is Kind.CHOICE:
            found[one.name] = list(one.choices.items())
    return found
