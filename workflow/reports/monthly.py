"""Progress of founding (组建进度月报): stock, inflow and outflow of each stage, overdue, established."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from workflow.models import Case
from workflow.reports.campaign_lists import TOWN, founded_on
from workflow.reports.case_lists import (
    CHAMBER,
    CaseLine,
    as_listing,
    cases_now,
    moves,
    overdue_ids,
    stage_of,
    standing,
)
from workflow.reports.figure import Figure, Listing, counted
from workflow.reports.reader import Reader
from workflow.reports.report import Section, Table
from workflow.reports.tables import CASES, line, parted
from workflow.text import Text

STOCK = Text("期末存量", "Stock")
INFLOW = Text("本期进入", "In")
OUTFLOW = Text("本期转出", "Out")
OVERDUE = Text("期末逾期", "Overdue")
ESTABLISHED = Text("本期成立", "Founded")
ABOUT_STOCK = Text(
    "到止日为止、按事情发生的日期，处在这一阶段的案件",
    "Cases that stood at the stage on the last day, by the day things happened",
)
ABOUT_INFLOW = Text(
    "期内从别的阶段进入的案件，同一案件只算一次", "Cases that came from another stage in the period, each once"
)
ABOUT_OUTFLOW = Text(
    "期内转到别的阶段的案件，同一案件只算一次", "Cases that went to another stage in the period, each once"
)
ABOUT_OVERDUE = Text(
    "止日（晚于今天的按今天）本环节时限已过、还没有办结的案件",
    "Cases whose step was past its time limit on the last day (or today, if that is earlier)",
)
ABOUT_ESTABLISHED = Text("成立日期在期内、已完成备案的案件", "Cases founded in the period whose filing is acknowledged")
BY_STAGE = Text("按阶段", "By stage")
STAGE = Text("阶段", "Stage")


def sections(reader: Reader) -> tuple[tuple[Section, ...], tuple[Table, ...]]:
    stock, late, founded = standing(reader), _late(reader), _established(reader, reader.from_on)
    this_year = _established(reader, date(reader.to_on.year, 1, 1))
    year = Text(
        "止日所在年份 1 月 1 日至止日成立的案件", "Cases founded from 1 January of that year until the last day"
    )
    figures = (
        counted("stock", Text("期末案件", "Cases"), CASES, ABOUT_STOCK, as_listing(reader, stock)),
        counted("overdue", OVERDUE, CASES, ABOUT_OVERDUE, as_listing(reader, late)),
        counted("established", ESTABLISHED, CASES, ABOUT_ESTABLISHED, as_listing(reader, founded)),
        counted(
            "established_this_year", Text("本年成立", "Founded this year"), CASES, year, as_listing(reader, this_year)
        ),
    )
    columns = {
        **{
            f"stock.{code}": (stage.name, ABOUT_STOCK, _at(reader, stock, code))
            for code, stage in reader.versions.stages.items()
        },
        "overdue": (OVERDUE, ABOUT_OVERDUE, as_listing(reader, late)),
        "established": (ESTABLISHED, ABOUT_ESTABLISHED, as_listing(reader, founded)),
    }
    by_town = parted(Text("按镇街", "By town"), TOWN, columns, lambda row: str(row.cells[2]))
    by_chamber = parted(Text("按商会", "By chamber"), CHAMBER, columns, lambda row: f"{row.cells[2]} · {row.cells[3]}")
    return (Section(Text("合计", "In all"), figures),), (_by_stage(reader, stock, late), by_chamber, by_town)


def _by_stage(reader: Reader, stock: list[CaseLine], late: list[CaseLine]) -> Table:
    came: dict[str, dict[int, CaseLine]] = {}
    left: dict[str, dict[int, CaseLine]] = {}
    for case, before, after in moves(reader):
        came.setdefault(after, {}).setdefault(case.id, case)
        left.setdefault(before, {}).setdefault(case.id, case)
    lines = []
    for code, stage in reader.versions.stages.items():
        cells = (
            ("stock", STOCK, ABOUT_STOCK, _at(reader, stock, code)),
            ("in", INFLOW, ABOUT_INFLOW, as_listing(reader, came.get(code, {}).values())),
            ("out", OUTFLOW, ABOUT_OUTFLOW, as_listing(reader, left.get(code, {}).values())),
            ("overdue", OVERDUE, ABOUT_OVERDUE, _at(reader, late, code)),
        )
        figures = [_figure(name, code, stage.name, heading, about, found) for name, heading, about, found in cells]
        lines.append(line(stage.name, figures))
    return Table(BY_STAGE, STAGE, (STOCK, INFLOW, OUTFLOW, OVERDUE), tuple(lines))


def _figure(name: str, stage: str, stage_name: Text, heading: Text, about: Text, found: Listing) -> Figure:
    title = Text("{stage}：{heading}", "{stage}: {heading}").filled(stage=stage_name, heading=heading)
    return counted(f"{name}.{stage}@stage", title, CASES, about, found)


def _at(reader: Reader, lines: list[CaseLine], stage: str) -> Listing:
    return as_listing(reader, [one for one in lines if stage_of(reader, one) == stage])


def _late(reader: Reader) -> list[CaseLine]:
    since = overdue_ids(reader)
    return [
        replace(one, note=Text(f"时限 {since[one.id]}", f"due {since[one.id]}"))
        for one in standing(reader)
        if one.id in since
    ]


def _established(reader: Reader, first: date) -> list[CaseLine]:
    return cases_now(reader, Case.established_on.is_not(None), founded_on(reader).between(first, reader.to_on))
