"""Roster imports. An upload is always tried first; what the trial found is shown, and only then is it imported."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.context import now, reading, runtime, settings
from web.htmx import redirect_whole_page
from web.imports.uploads import again, read_upload
from web.imports.words import REASONS, is_finished, progress_words
from web.locale import t
from workflow.errors import InvalidInput, NotFound
from workflow.imports import Upload, create_job, error_file
from workflow.queries.imports import ImportLine, import_line, list_imports
from workflow.roster import write_template
from workflow.roster.importer import importing_role

bp = Blueprint("imports", __name__, url_prefix="/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.before_request
def only_for_the_district() -> None:
    """A roster may name any town: managers of a part of the district are refused, whichever page they ask for."""
    importing_role(reading(), runtime(), me().id)


@bp.get("")
@roles("manager")
def index() -> ResponseReturnValue:
    return _list()


@bp.post("")
@roles("manager")
def upload() -> ResponseReturnValue:
    try:
        handed_in = read_upload(request.files.get("file"))
    except InvalidInput as refused:
        return _list(refused), 422
    return _started(handed_in)


@bp.get("/template")
@roles("manager")
def template() -> ResponseReturnValue:
    book = BytesIO()
    write_template(book)
    return _workbook(book, t("摸排表模板.xlsx", "roster-template.xlsx"))


@bp.get("/<int:job_id>")
@roles("manager")
def show(job_id: int) -> ResponseReturnValue:
    return _page(import_line(reading(), job_id))


@bp.get("/<int:job_id>/progress")
@roles("manager")
def progress(job_id: int) -> ResponseReturnValue:
    """The part of the page that renews itself; once the job has ended, the whole page does."""
    line = import_line(reading(), job_id)
    if is_finished(line.job):
        return redirect_whole_page(url_for("imports.show", job_id=job_id))
    return render_template("imports/progress.html", job=line.job, words=progress_words(line.job))


@bp.post("/<int:job_id>/run")
@roles("manager")
def run(job_id: int) -> ResponseReturnValue:
    """Imports what was tried; the file is the one that was uploaded then."""
    line = import_line(reading(), job_id)
    try:
        handed_in = again(settings().imports_dir, line.job, request.form.get("create_organisations") == "true")
    except InvalidInput as refused:
        return _page(line, refused), 422
    return _started(handed_in)


@bp.get("/<int:job_id>/errors")
@roles("manager")
def errors(job_id: int) -> ResponseReturnValue:
    path = error_file(settings().imports_dir, import_line(reading(), job_id).job)
    if not path.is_file():
        raise NotFound("error file", job_id)
    return _workbook(BytesIO(path.read_bytes()), t("名册退回的行-{n}.xlsx", "roster-errors-{n}.xlsx", n=job_id))


def _started(handed_in: Upload) -> ResponseReturnValue:
    with runtime().db.unit_of_work() as session:
        job = create_job(session, settings().imports_dir, handed_in, me().id, now())
    return redirect(url_for("imports.show", job_id=job.id), 303)


def _list(refused: InvalidInput | None = None) -> str:
    errors = refused.fields if refused else {}
    return render_template("imports/index.html", lines=list_imports(reading()), errors=errors)


def _page(line: ImportLine, refused: InvalidInput | None = None) -> str:
    return render_template(
        "imports/show.html",
        line=line,
        job=line.job,
        report=line.job.counts,
        words=progress_words(line.job),
        is_finished=is_finished(line.job),
        has_errors=error_file(settings().imports_dir, line.job).is_file(),
        reasons=REASONS,
        errors=refused.fields if refused else {},
    )


def _workbook(book: BytesIO, name: str) -> Response:
    book.seek(0)
    return send_file(book, mimetype=XLSX, as_attachment=True, download_name=name)
