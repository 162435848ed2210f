"""The form of a paper that is made from its case, the paper as it reads, the file, and keeping it on the case."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me
from web.cases.entry import Entered, entered, shown, typed, with_row, without_row
from web.context import reading, runtime
from web.documents.sending import as_download
from web.locale import t
from workflow.documents.kinds import DOCX, PDF
from workflow.errors import Conflict, InvalidInput
from workflow.papers.making import Draft, Made, PaperChanged, draft, file_paper, make
from workflow.papers.official import Grid, day_words
from workflow.papers.pdf import MISSING, as_pdf, converter
from workflow.text import Text

bp = Blueprint("papers", __name__, url_prefix="/cases/<int:case_id>/papers/<code>")


@bp.get("")
def form(case_id: int, code: str) -> ResponseReturnValue:
    page = draft(reading(), runtime(), actor(), case_id, code)
    return _draw(page, shown(page.known))


@bp.post("")
def preview(case_id: int, code: str) -> ResponseReturnValue:
    return _answer(case_id, code, _preview)


@bp.post("/docx")
def docx(case_id: int, code: str) -> ResponseReturnValue:
    return _answer(case_id, code, _sent)


@bp.post("/pdf")
def pdf(case_id: int, code: str) -> ResponseReturnValue:
    return _answer(case_id, code, _sent_as_pdf)


@bp.post("/keep")
def keep(case_id: int, code: str) -> ResponseReturnValue:
    try:
        return _answer(case_id, code, _kept)
    except PaperChanged as changed:
        flash(t(changed.text), "problem")
        return _preview(draft(reading(), runtime(), actor(), case_id, code)), 409
    except Conflict as moved:
        flash(t(moved.text), "problem")
        return redirect(url_for("papers.form", case_id=case_id, code=code), 303)


def _answer(case_id: int, code: str, act: Callable[[Draft], ResponseReturnValue]) -> ResponseReturnValue:
    """What was asked for, or the form again with what is wrong at its field."""
    page = draft(reading(), runtime(), actor(), case_id, code)
    try:
        return _with_other_rows(page) or act(page)
    except InvalidInput as refused:
        return _draw(page, _values(page), refused.fields), 422


def _preview(page: Draft) -> str:
    return _draw(page, _values(page), made=_made(page))


def _kept(page: Draft) -> ResponseReturnValue:
    data, seen = typed(page.fields, _values(page)), request.form.get("seen")
    stored = file_paper(runtime(), page.case_id, me().id, page.kind.code, data, seen)
    flash(t("已存入案件：{title}。", "Kept on the case: {title}.", title=stored.title), "done")
    return redirect(url_for("case.show", case_id=page.case_id, _anchor="documents"), 303)


def _with_other_rows(page: Draft) -> str | None:
    """The form with one row more or less, where a button asked for it: it sends to whatever address is open."""
    if name := request.form.get("add_row"):
        return _draw(page, with_row(_values(page), name))
    if place := request.form.get("remove_row"):
        return _draw(page, without_row(_values(page), place))
    return None


def _values(page: Draft) -> Entered:
    return entered(page.fields, request.form)


def _made(page: Draft) -> Made:
    return make(reading(), runtime(), actor(), page.case_id, page.kind.code, typed(page.fields, _values(page)))


def _draw(page: Draft, values: Entered, errors: dict[str, Text] | None = None, made: Made | None = None) -> str:
    return render_template(
        "papers/make.html",
        page=page,
        values=values,
        # A fact of the case that is missing has no field on the form; it is said above it.
        errors=errors or {},
        made=made,
        is_grid=lambda block: isinstance(block, Grid),
        day_words=day_words,
        no_pdf=None if converter() else MISSING,
    )


def _sent(page: Draft) -> Response:
    made = _made(page)
    return as_download(made.as_docx(), DOCX, f"{made.filename}.docx")


def _sent_as_pdf(page: Draft) -> Response:
    made = _made(page)
    return as_download(as_pdf(made.as_docx()), PDF, f"{made.filename}.pdf")
