"""The administrator's pages of the official calendar (工作日历)."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.context import reading, runtime, today
from web.locale import t
from workflow.errors import InvalidInput
from workflow.queries.official_calendar import calendar_import, calendar_imports, calendar_years, days_of_year, moves_of
from workflow.roster.archive import refuse_size
from workflow.text import Text
from workflow.workdays import ImportedYear, import_calendar, missing_words

bp = Blueprint("workdays", __name__, url_prefix="/calendar")
READERS = ("admin", "manager")
LONGEST_YEAR = 4
NO_FILE = Text("请选择 .xlsx 或 .csv 文件", "Choose the .xlsx or .csv file")
NO_YEAR = Text("年份应为四位数字，例如 2027", "The year has four digits, such as 2027")


@bp.get("")
@roles(*READERS)
def index() -> ResponseReturnValue:
    return _page()


@bp.post("")
@roles("admin")
def upload() -> ResponseReturnValue:
    """A file with any fault changes nothing."""
    try:
        found = _imported()
    except InvalidInput as refused:
        return _page(refused), 422
    if found.import_id is None:
        flash(
            t("{year} 年的日历与已有的相同，没有变化", "The calendar of {year} is as before", year=found.year), "info"
        )
        return redirect(url_for("workdays.index"), 303)
    flash(t("已导入 {year} 年：休 {off} 天，班 {on} 天", "{year} is in: {off} days off, {on} worked",
            year=found.year, off=found.holidays, on=found.workdays), "done")  # fmt: skip
    return redirect(url_for("workdays.show_import", import_id=found.import_id), 303)


@bp.get("/<int:year>")
@roles(*READERS)
def show_year(year: int) -> ResponseReturnValue:
    return render_template("workdays/year.html", year=year, days=days_of_year(reading(), year))


@bp.get("/imports/<int:import_id>")
@roles("admin")
def show_import(import_id: int) -> ResponseReturnValue:
    found = calendar_import(reading(), import_id)
    total, moves = moves_of(reading(), import_id)
    return render_template("workdays/import.html", found=found, total=total, moves=moves)


def missing_years() -> int:
    """How many years of the calendar are missing: the number beside the entry of the menu; no query."""
    return len(runtime().calendar.missing_years(today()))


def _imported() -> ImportedYear:
    file, year = request.files.get("file"), request.form.get("year", "").strip()
    if file is None or not file.filename:
        raise InvalidInput({"file": NO_FILE})
    if year and not (year.isascii() and year.isdecimal() and len(year) == LONGEST_YEAR):
        raise InvalidInput({"year": NO_YEAR})
    data = file.read()
    refuse_size(len(data))
    return import_calendar(
        runtime(),
        data,
        Path(file.filename.replace("\\", "/")).name,
        actor_id=me().id,
        year=int(year) if year else None,
        is_complete=request.form.get("complete") == "true",
    )


def _page(refused: InvalidInput | None = None) -> str:
    return render_template(
        "workdays/index.html",
        years=calendar_years(reading()),
        imports=calendar_imports(reading()),
        missing=missing_words(runtime().calendar, today()),
        is_admin="admin" in me().groups,
        errors=refused.fields if refused else {},
        form=request.form,
    )
