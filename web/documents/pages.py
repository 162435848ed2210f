"""The papers of a case: what is there, what is missing, a form to bring one, the bytes of one."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from web.actor import actor
from web.auth.access import me
from web.context import reading, runtime
from web.documents.sending import as_download
from web.locale import t
from workflow.casefile.handing_over import exported_zip
from workflow.documents.store import DocumentStore
from workflow.engine import attach_document
from workflow.errors import InvalidInput
from workflow.models import Document
from workflow.queries.papers import CasePapers, case_papers, document, missing
from workflow.text import Text

bp = Blueprint("documents", __name__)


@bp.get("/cases/<int:case_id>/documents")
def index(case_id: int) -> ResponseReturnValue:
    return render_template("documents/index.html", case=_case(case_id))


@bp.get("/cases/<int:case_id>/documents/new")
def new(case_id: int) -> ResponseReturnValue:
    return _form(_case(case_id), request.args.get("code", ""))


@bp.post("/cases/<int:case_id>/documents")
def create(case_id: int) -> ResponseReturnValue:
    code = request.form.get("code", "")
    try:
        stored = _attached(case_id, code)
    except InvalidInput as error:
        return _form(_case(case_id), code, error.fields), 422
    flash(_done_words(stored, _case(case_id)), "done")
    return redirect(url_for("case.show", case_id=case_id, _anchor="documents"), 303)


@bp.get("/documents/<int:document_id>")
def fetch(document_id: int) -> Response:
    found = document(reading(), actor(), document_id)
    path = DocumentStore(runtime().documents_dir).path(found.stored_name)
    return as_download(path, found.content_type, found.filename)


@bp.get("/cases/<int:case_id>/casefile")
def casefile(case_id: int) -> Response:
    """The whole case as one file, to be kept."""
    found = exported_zip(reading(), runtime(), actor(), case_id)
    return as_download(found, "application/zip", f"case-{case_id}.zip")


def _case(case_id: int) -> CasePapers:
    return case_papers(reading(), runtime(), actor(), case_id)


def _form(case: CasePapers, code: str, errors: dict[str, Text] | None = None) -> str:
    choices = [paper for paper in case.papers if paper.may_bring]
    return render_template("documents/new.html", case=case, choices=choices, code=code, errors=errors or {})


def _attached(case_id: int, code: str) -> Document:
    sent: FileStorage | None = request.files.get("file")
    faults = {}
    if not code:
        faults["code"] = Text("请选择文件种类", "Choose what kind of document it is")
    if sent is None or not sent.filename:
        faults["file"] = Text("请选择要上传的文件", "Choose the file to upload")
    if faults or sent is None:
        raise InvalidInput(faults)
    title = request.form.get("title", "")
    return attach_document(runtime(), case_id, me().id, code, sent.filename or "", sent.read(), title)


def _done_words(stored: Document, before: CasePapers) -> str:
    """Says what the present step still needs; `before` was read before the paper came."""
    short = "、".join(t(paper.name) for paper in missing(before.papers) if paper.code != stored.code)
    done = t("已上传：{title}。", "Uploaded: {title}.", title=stored.title)
    return done + (t("本步骤还缺：{papers}。", " This step still needs: {papers}.", papers=short) if short else "")
