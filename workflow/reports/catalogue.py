"""All reports of the product, and the one way to make one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from workflow.errors import InvalidInput, NotFound
from workflow.reports import (
    approval_times,
    coverage,
    development,
    due_unfounded,
    duty,
    monthly,
    renewal,
    stage,
    table_27,
)
from workflow.reports.days import Period
from workflow.reports.reader import Reader
from workflow.reports.report import Report, Section, Table
from workflow.reports.settings import ATTACHED_COVERED, FOUNDING_DATE_BASIS, WORK_COVERAGE_BASE, Setting, chosen
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Content:
    """What the file of one report answers; the rest is the same for all."""

    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    remarks: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportKind:
    """`summary` says in a sentence what it is for; `settings` are the local choices it depends on."""

    code: str
    name: Text
    period: Period
    summary: Text
    read: Callable[[Reader], Content]
    settings: tuple[Setting, ...] = ()


KINDS = (
    ReportKind(
        "stage",
        Text("创先争优活动阶段情况", "Stage report of the campaign"),
        Period.CAMPAIGN,
        Text(
            "联系点、指导员、新建组织、发展党员、讲评活动、示范点和典型、和谐企业",
            "Contact points, instructors, new organisations, members admitted, activities, examples, harmony",
        ),
        lambda reader: Content(stage.sections(reader)),
        (FOUNDING_DATE_BASIS,),
    ),
    ReportKind(
        "monthly",
        Text("组建进度月报", "Progress of founding"),
        Period.MONTH,
        Text(
            "各阶段存量、本期进出、逾期、成立，按商会和镇街",
            "Stock, inflow and outflow of each stage, overdue, founded, by chamber and town",
        ),
        lambda reader: Content(*monthly.sections(reader)),
        (FOUNDING_DATE_BASIS,),
    ),
    ReportKind(
        "coverage",
        Text("两个覆盖季报", "Coverage by organisations and by work"),
        Period.QUARTER,
        Text(
            "组织覆盖、单独组建、应建已建、工作覆盖，分子分母都列出，对照工作目标",
            "Organisation, single, eligible and work rates with both lists, beside the targets",
        ),
        lambda reader: Content(*coverage.sections(reader)),
        (WORK_COVERAGE_BASE, ATTACHED_COVERED),
    ),
    ReportKind(
        "duty",
        Text("指导员履职", "Instructors' duty"),
        Period.HALF_YEAR,
        Text(
            "联系企业、应走访和已走访、逾期、推进环节、成立，按人",
            "Enterprises, visits due and made, overdue, moves, founded, by person",
        ),
        lambda reader: Content(*duty.sections(reader)),
        (FOUNDING_DATE_BASIS,),
    ),
    ReportKind(
        "approval-times",
        Text("审批时限", "Approval times"),
        Period.MONTH,
        Text(
            "答复件数、天数中位数和第 90 百分位、超过 1 个月的，按审批机关",
            "Replies, median and 90th percentile of days, over one month, by committee",
        ),
        lambda reader: Content(*approval_times.sections(reader)),
    ),
    ReportKind(
        "development",
        Text("发展党员", "Admission of members"),
        Period.HALF_YEAR,
        Text(
            "申请、积极分子、发展对象、接收预备党员、转正、停止，按培养组织",
            "Applications, activists, targets, admitted, turned full, stopped, by host organisation",
        ),
        lambda reader: Content(*development.sections(reader)),
    ),
    ReportKind(
        "due-unfounded",
        Text("应建未建清单", "Due and not founded"),
        Period.MONTH,
        Text("达到条件而没有党组织的企业，从哪天起", "Enterprises that ought to have an organisation, and since when"),
        lambda reader: Content(*due_unfounded.sections(reader)),
    ),
    ReportKind(
        "renewal",
        Text("换届提醒", "Renewal reminders"),
        Period.MONTH,
        Text("半年内任期届满的和逾期未换届的党支部", "Branches whose term ends within half a year, or is over"),
        lambda reader: Content(*renewal.sections(reader)),
    ),
    ReportKind(
        "table-27",
        Text("党内统计年报支撑表（第 27 表）", "Annual table 27"),
        Period.YEAR,
        Text(
            "按官方表的行和列汇总，未登记的栏留空", "In the official rows and columns; what is not recorded stays empty"
        ),
        lambda reader: Content(*table_27.sections(reader)),
    ),
)
BY_CODE = {kind.code: kind for kind in KINDS}


def kind_of(code: str) -> ReportKind:
    """Raises NotFound for a code of none."""
    if code not in BY_CODE:
        raise NotFound("report", code)
    return BY_CODE[code]


def make_report(kind: ReportKind, reader: Reader) -> Report:
    """Raises InvalidInput for a period that ends before it begins, and for a setting that cannot be."""
    if reader.to_on < reader.from_on:
        raise InvalidInput({"to": Text("止日早于起日：请重选", "The period ends before it begins: choose again")})
    unknown = sorted(reader.settings.keys() - {setting.code for setting in kind.settings})
    if unknown:
        raise InvalidInput({unknown[0]: Text("这份报表没有这项设置", "This report has no such setting")})
    settings = {one.code: chosen(one, reader.settings, reader.rules, reader.to_on) for one in kind.settings}
    content = kind.read(replace(reader, settings=settings))
    return Report(
        kind.code,
        kind.name,
        reader.from_on,
        reader.to_on,
        reader.area,
        reader.now,
        content.sections,
        content.tables,
        {one.name: one.choices[settings[one.code]] for one in kind.settings},
        content.remarks,
    )
