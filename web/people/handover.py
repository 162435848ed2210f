"""What was handed over: the packs that wait for a signature, one pack, signing it, the note for whoever comes next."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me
from web.cases.sent import fresh_key
from web.context import reading, runtime
from web.locale import t
from workflow.errors import Conflict, InvalidInput, KeyReused
from workflow.people.packs import MAX_NOTE, sign_pack, write_note
from workflow.queries.case_page import case_head
from workflow.queries.packs import pack_page, unsigned_packs
from workflow.queries.seen import seen_work

bp = Blueprint("handover", __name__)


@bp.get("/handover")
def index() -> ResponseReturnValue:
    return render_template("handover/index.html", packs=unsigned_packs(reading(), actor()))


@bp.get("/handover/<int:pack_id>")
def show(pack_id: int) -> ResponseReturnValue:
    page = pack_page(reading(), runtime(), actor(), pack_id)
    return render_template("handover/show.html", page=page, line=page.line)


@bp.post("/handover/<int:pack_id>/sign")
def sign(pack_id: int) -> ResponseReturnValue:
    try:
        sign_pack(runtime(), me().id, pack_id)
        flash(t("已签收，记入办理过程", "Signed; it stands in the history"), "done")
    except Conflict as over:
        flash(t(over.text), "info")
    return redirect(url_for("handover.show", pack_id=pack_id), 303)


@bp.get("/cases/<int:case_id>/handover-note")
def note_form(case_id: int) -> ResponseReturnValue:
    return _draw_note(case_id)


@bp.post("/cases/<int:case_id>/handover-note")
def note(case_id: int) -> ResponseReturnValue:
    try:
        write_note(runtime(), me().id, case_id, request.form.get("note", ""), request.form.get("key") or None)
        flash(t("备注已记入办理过程，移交时列入交接单", "Noted; it will stand in the handover pack"), "done")
    except InvalidInput as refused:
        return _draw_note(case_id, refused), 422
    except KeyReused:
        pass
    return redirect(url_for("case.show", case_id=case_id), 303)


def _draw_note(case_id: int, refused: InvalidInput | None = None) -> str:
    head = case_head(seen_work(reading(), runtime(), actor(), case_id))
    return render_template(
        "handover/note.html",
        head=head,
        errors=refused.fields if refused else {},
        note=request.form.get("note", ""),
        key=request.form.get("key") or fresh_key(),
        longest=MAX_NOTE,
    )
