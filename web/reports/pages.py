"""The pages of reports."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.cases.sent import fresh_key
from web.context import reading, runtime, today
from web.locale import current_locale, t
from web.reports.asked import as_args, made, wanted
from web.reports.paging import page_of
from workflow.errors import InvalidInput, NotFound
from workflow.queries.colleagues import names_of
from workflow.reports import (
    FILES,
    KINDS,
    Format,
    Wanted,
    areas_of,
    file_name,
    issue_report,
    issued_file,
    issued_report,
    issued_reports,
    kind_of,
)
from workflow.reports.days import NAMES, usual_days

bp = Blueprint("reports", __name__, url_prefix="/reports")
ROWS_A_PAGE = 100


@bp.get("")
@roles("manager")
def index() -> ResponseReturnValue:
    areas_of(reading(), runtime(), me().id)
    issued = issued_reports(reading(), runtime(), me().id)
    kinds = [(kind, NAMES[kind.period]) for kind in KINDS]
    people = names_of(reading(), [one.issued_by for one in issued if one.issued_by])
    return render_template("reports/index.html", kinds=kinds, issued=issued, kind_of=kind_of, people=people)


@bp.get("/<code>")
@roles("manager")
def show(code: str) -> ResponseReturnValue:
    kind = kind_of(code)
    first, last = usual_days(kind.period, today())
    page = {"kind": kind, "form": request.args, "usual": {"from": first.isoformat(), "to": last.isoformat()}}
    try:
        asked = wanted(kind)
        report = made(asked)
    except InvalidInput as refused:
        return render_template("reports/show.html", report=None, errors=refused.fields, **page), 422
    return render_template(
        "reports/show.html", report=report, args=as_args(asked), errors={}, formats=FILES, key=fresh_key(), **page
    )


@bp.get("/<code>/figures/<figure>")
@roles("manager")
def listing(code: str, figure: str) -> ResponseReturnValue:
    """The list behind a figure; of a rate, `part=base` asks for the denominator's."""
    asked = wanted(kind_of(code))
    report = made(asked)
    found = report.figure(figure)
    part = "base" if found.base is not None and request.args.get("part") == "base" else ""
    rows = found.base.rows if found.base and part else found.listing.rows
    page = page_of(len(rows), ROWS_A_PAGE, request.args.get("page", ""))
    return render_template(
        "reports/listing.html",
        report=report,
        figure=found,
        columns=(found.base if found.base and part else found.listing).columns,
        rows=rows[page.start : page.end],
        total=len(rows),
        page=page,
        args=as_args(asked),
        part=part,
    )


@bp.get("/<code>/file/<format_>")
@roles("manager")
def download(code: str, format_: str) -> ResponseReturnValue:
    report = made(wanted(kind_of(code)))
    kind = _format(format_)
    return _file(FILES[kind].write(report, current_locale()), file_name(report, kind, current_locale()), kind)


@bp.post("/<code>/issue")
@roles("manager")
def issue(code: str) -> ResponseReturnValue:
    asked: Wanted = wanted(kind_of(code), request.form)
    number = issue_report(runtime(), me().id, asked, request.form.get("key") or None)
    flash(t("已签发并存档：第 {n} 号", "Issued and kept as no. {n}", n=number), "done")
    return redirect(url_for("reports.issued", number=number), 303)


@bp.get("/issued/<int:number>")
@roles("manager")
def issued(number: int) -> ResponseReturnValue:
    found = issued_report(reading(), runtime(), me().id, number)
    people = names_of(reading(), [found.issued_by] if found.issued_by else [])
    return render_template(
        "reports/issued.html", issued=found, kind=kind_of(found.report), people=people, formats=FILES
    )


@bp.get("/issued/<int:number>/<format_>")
@roles("manager")
def issued_download(number: int, format_: str) -> ResponseReturnValue:
    """The bytes that were kept when it was issued."""
    kind = _format(format_)
    found = issued_report(reading(), runtime(), me().id, number)
    data = issued_file(reading(), runtime(), me().id, number, kind)
    name = f"{kind_of(found.report).name.zh}_{found.from_on}_{found.to_on}_{number}.{FILES[kind].suffix}"
    return _file(data, name, kind)


def _format(raw: str) -> Format:
    if raw not in set(Format):
        raise NotFound("format", raw)
    return Format(raw)


def _file(data: bytes, name: str, kind: Format) -> Response:
    answer = send_file(BytesIO(data), mimetype=FILES[kind].media_type, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
