"""All reports of the product, and the one way to make one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from workflow.errors import InvalidInput, NotFound
from workflow.reports import stage
from workflow.reports.days import Period
from workflow.reports.reader import Reader
from workflow.reports.report import Report, Section, Table
from workflow.reports.settings import FOUNDING_DATE_BASIS, Setting, chosen
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
