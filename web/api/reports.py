"""Reports: figures with their definitions and lists, and issuing one once and for all."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any, Literal

from flask import Response, send_file, url_for
from pydantic import Field

from web.api.actions import IdempotencyKey
from web.api.blueprint import bp, documented
from web.api.shapes import Created, Day, Input, Shape, Words
from web.auth.access import me
from web.context import reading, runtime
from workflow.models import IssuedReport
from workflow.reports import (
    FILES,
    KINDS,
    Format,
    ReportKind,
    Wanted,
    areas_of,
    issue_report,
    issued_file,
    issued_report,
    issued_reports,
    kind_of,
    read_report,
)
from workflow.reports.content import as_dict, figure_as_dict

THE_FILE: dict[str, Any] = {
    "description": "The file as it was issued, the same to the byte each time.",
    "content": {
        kind.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in FILES.values()
    },
}


class ReportQuery(Input):
    """Settings that are left out are the district's own."""

    from_on: Day = Field(description="The first day.")
    to_on: Day = Field(description="The last day, included.")
    work_coverage_base: Literal["", "uncovered", "all"] = ""
    founding_date_basis: Literal["", "founding_approved_on", "result_approved_on", "filed_on"] = ""
    attached_is_covered: Literal["", "no", "yes"] = ""


class ReportSettingShape(Shape):
    """A local choice the report depends on; `choices` by code."""

    code: str
    name: Words
    choices: dict[str, Words]


class ReportKindShape(Shape):
    code: str
    name: Words
    period: str = Field(description="month, quarter, half_year, year or campaign: what it is usually made for.")
    summary: Words
    settings: list[ReportSettingShape]


class ReportKindListing(Shape):
    items: list[ReportKindShape]


class ReportFigureShape(Shape):
    """`value` of a rate is null and its parts stand apart; `rows` is how long the list behind it is."""

    code: str
    name: Words
    definition: Words
    unit: Words
    shown: Words
    value: int | float | None
    numerator: int | None
    denominator: int | None
    rows: int


class ReportSectionShape(Shape):
    title: Words
    words: Words | None
    figures: list[ReportFigureShape]


class ReportLineShape(Shape):
    """`figures` are in the order of the columns; null where nothing is recorded for a cell."""

    name: Words
    depth: int
    figures: list[ReportFigureShape | None]


class ReportTableShape(Shape):
    title: Words
    corner: Words
    columns: list[Words]
    lines: list[ReportLineShape]


class ChosenSettingShape(Shape):
    name: Words
    choice: Words


class ReportShape(Shape):
    code: str
    name: Words
    from_on: date
    to_on: date
    area: Words
    as_of: datetime
    settings: list[ChosenSettingShape]
    sections: list[ReportSectionShape]
    tables: list[ReportTableShape]
    remarks: list[Words]


class RowSubjectShape(Shape):
    kind: Literal["case", "enterprise"]
    id: int


class ReportRowShape(Shape):
    """`about` is what the row speaks of, where the product has it."""

    cells: list[str | int | Words | None]
    about: RowSubjectShape | None


class ReportListShape(Shape):
    columns: list[Words]
    rows: list[ReportRowShape]


class FigureWithListShape(ReportFigureShape):
    """`list` is as long as the figure says; of a rate it is the numerator's, and `base` the denominator's."""

    list: ReportListShape
    base: ReportListShape | None


class IssuedReportShape(Shape):
    """`digest` is the SHA-256 of its content in canonical JSON."""

    number: int
    report: str
    from_on: date
    to_on: date
    issued_at: datetime
    digest: str
    files: dict[str, str] = Field(description="Address of each file, by format.")


class IssuedReportListing(Shape):
    items: list[IssuedReportShape]


@bp.get("/reports")
@bp.output(ReportKindListing)
@documented("reports", "listReports", 403)
def get_reports() -> ReportKindListing:
    """The reports there are. For managers."""
    areas_of(reading(), runtime(), me().id)
    return ReportKindListing(items=[_kind(kind) for kind in KINDS])


@bp.get("/reports/<code>")
@bp.input(ReportQuery, location="query")
@bp.output(ReportShape)
@documented("reports", "getReport", 403)
def get_report(code: str, query_data: ReportQuery) -> ReportShape:
    """A report as it is now: each figure with its definition."""
    report = read_report(reading(), runtime(), me().id, _wanted(code, query_data))
    found = as_dict(report, with_lists=False)
    found["from_on"], found["to_on"] = report.from_on, report.to_on
    return ReportShape.model_validate({name: found[name] for name in ReportShape.model_fields})


@bp.get("/reports/<code>/figures/<figure>")
@bp.input(ReportQuery, location="query")
@bp.output(FigureWithListShape)
@documented("reports", "getFigure", 403)
def get_report_figure(code: str, figure: str, query_data: ReportQuery) -> FigureWithListShape:
    """A figure with the list behind it."""
    report = read_report(reading(), runtime(), me().id, _wanted(code, query_data))
    return FigureWithListShape.model_validate(figure_as_dict(report.figure(figure)))


@bp.post("/reports/<code>/issues")
@bp.input(ReportQuery)
@bp.input(IdempotencyKey, location="headers")
@bp.output(IssuedReportShape, 201, headers=Created)
@documented("reports", "issueReport", 403)
def post_issue(
    code: str, json_data: ReportQuery, headers_data: IdempotencyKey
) -> tuple[IssuedReportShape, int, dict[str, str]]:
    """Issue a report: its content and files are kept, and cannot be changed."""
    number = issue_report(runtime(), me().id, _wanted(code, json_data), headers_data.idempotency_key)
    with runtime().db.reading() as session:
        issued = issued_report(session, runtime(), me().id, number)
    return _issued(issued), 201, {"Location": url_for("api.get_issued_report", number=number)}


@bp.get("/issued-reports")
@bp.output(IssuedReportListing)
@documented("reports", "listIssuedReports", 403)
def get_issued_reports() -> IssuedReportListing:
    """The reports issued on your area, the newest first."""
    return IssuedReportListing(items=[_issued(one) for one in issued_reports(reading(), runtime(), me().id)])


@bp.get("/issued-reports/<int:number>")
@bp.output(IssuedReportShape)
@documented("reports", "getIssuedReport", 403)
def get_issued_report(number: int) -> IssuedReportShape:
    """One issued report."""
    return _issued(issued_report(reading(), runtime(), me().id, number))


@bp.get("/issued-reports/<int:number>/files/<any(text, xlsx, docx):format_>")
@documented("reports", "getIssuedFile", 403, answer=THE_FILE)
def get_issued_file(number: int, format_: str) -> Response:
    """Fetch a file of an issued report."""
    kind = Format(format_)
    data = issued_file(reading(), runtime(), me().id, number, kind)
    name = f"report-{number}.{FILES[kind].suffix}"
    answer = send_file(
        BytesIO(data), mimetype=FILES[kind].media_type, as_attachment=True, download_name=name, etag=False
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _wanted(code: str, asked: ReportQuery) -> Wanted:
    kind = kind_of(code)
    given = {setting.code: getattr(asked, setting.code) for setting in kind.settings}
    return Wanted(code, asked.from_on, asked.to_on, {name: choice for name, choice in given.items() if choice})


def _kind(kind: ReportKind) -> ReportKindShape:
    return ReportKindShape(
        code=kind.code,
        name=Words.model_validate(kind.name),
        period=kind.period,
        summary=Words.model_validate(kind.summary),
        settings=[ReportSettingShape.model_validate(setting) for setting in kind.settings],
    )


def _issued(issued: IssuedReport) -> IssuedReportShape:
    return IssuedReportShape(
        number=issued.id,
        report=issued.report,
        from_on=issued.from_on,
        to_on=issued.to_on,
        issued_at=issued.issued_at,
        digest=issued.digest,
        files={str(one): url_for("api.get_issued_file", number=issued.id, format_=str(one)) for one in Format},
    )
