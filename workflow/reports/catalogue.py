"""All reports of the product, and the one way to make one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from workflow.errors import InvalidInput, NotFound
from workflow.reports import stage
from workflow.reports.reader import Reader
from workflow.reports.report import Report, Section, Table
from workflow.text import Text


class Period(StrEnum):
    """The span a report is usually made for; any other may be asked for."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    CAMPAIGN = "campaign"


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
    ),
)
BY_CODE = {kind.code: kind for kind in KINDS}


def kind_of(code: str) -> ReportKind:
    """Raises NotFound for a code of none."""
    if code not in BY_CODE:
        raise NotFound("report", code)
    return BY_CODE[code]


def make_report(kind: ReportKind, reader: Reader) -> Report:
    """Raises InvalidInput for a period that ends before it begins."""
    if reader.to_on < reader.from_on:
        raise InvalidInput({"to": Text("止日早于起日：请重选", "The period ends before it begins: choose again")})
    content = kind.read(reader)
    return Report(
        kind.code,
        kind.name,
        reader.from_on,
        reader.to_on,
        reader.area,
        reader.now,
        content.sections,
        content.tables,
        dict(reader.settings),
        content.remarks,
    )
