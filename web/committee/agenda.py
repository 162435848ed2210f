"""The agenda: filled in one click, a case added, a case taken off."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from web.auth.access import roles
from web.committee.blueprint import asked, back_to, bp
from web.committee.show import draw
from web.context import runtime
from web.locale import t
from web.row_numbers import LARGEST
from workflow.errors import InvalidInput, NotFound
from workflow.sessions import add_case, fill_agenda, remove_case
from workflow.text import Text


@bp.post("/<int:session_id>/agenda")
@roles("committee")
def fill(session_id: int) -> ResponseReturnValue:
    outcome = fill_agenda(runtime(), session_id, asked(), request.form.get("order") or "age")
    flash(t("已列入 {n} 件", "{n} put on the agenda", n=outcome.count), "done")
    return back_to(session_id, "agenda")


@bp.post("/<int:session_id>/agenda/add")
@roles("committee")
def add(session_id: int) -> ResponseReturnValue:
    case_id = request.form.get("case_id", 0, type=int)
    try:
        add_case(runtime(), session_id, asked(), min(case_id, LARGEST))
    except InvalidInput as refused:
        return draw(session_id, refused), 422
    except NotFound as missing:
        if missing.kind != "case":
            raise
        fault = Text("没有这个案件：请核对编号", "There is no such case: check its number")
        return draw(session_id, InvalidInput({"case_id": fault})), 422
    return back_to(session_id, "agenda")


@bp.post("/<int:session_id>/agenda/<int:case_id>/remove")
@roles("committee")
def remove(session_id: int, case_id: int) -> ResponseReturnValue:
    remove_case(runtime(), session_id, asked(), case_id)
    flash(t("已移出议程", "Taken off the agenda"), "done")
    return back_to(session_id, "agenda")
