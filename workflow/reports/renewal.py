"""Terms that end soon or are over (换届提醒)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import and_, not_, select

from workflow.clock import add_months
from workflow.models import Case
from workflow.reports.campaign_lists import TOWN
from workflow.reports.case_lists import CaseLine, as_listing, cases_now
from workflow.reports.figure import counted
from workflow.reports.reader import Reader
from workflow.reports.report import Section, Table
from workflow.reports.tables import parted
from workflow.text import Text

BRANCHES = Text("个", "")
RULE = "renewal_reminder_months"


def sections(reader: Reader) -> tuple[tuple[Section, ...], tuple[Table, ...], tuple[Text, ...]]:
    rule = reader.rules.at(RULE, reader.to_on)
    ends, branches = _ends(reader), cases_now(reader, *_stand(reader))
    lines = [
        replace(line, since=ends[line.id], note=Text(f"任期至 {ends[line.id]}", f"term until {ends[line.id]}"))
        for line in branches
        if line.id in ends
    ]
    until = add_months(reader.to_on, rule.value)
    soon = as_listing(reader, sorted((o for o in lines if reader.to_on <= o.since <= until), key=_day))
    over = as_listing(reader, sorted((o for o in lines if o.since < reader.to_on), key=_day))
    about_soon = Text(
        f"止日起 {rule.value} 个月内任期届满的党支部",
        f"Branches whose term ends within {rule.value} months of the last day",
    )
    about_over = Text(
        "止日前任期已届满、没有登记换届的党支部",
        "Branches whose term was over before the last day, no renewal recorded",
    )
    unknown = [line for line in branches if line.id not in ends]
    figures = (
        counted("soon", Text("应换届", "Due for renewal"), BRANCHES, about_soon, soon),
        counted("over", Text("逾期未换届", "Overdue"), BRANCHES, about_over, over),
        counted(
            "unknown",
            Text("任期未登记", "Term not recorded"),
            BRANCHES,
            Text("已成立而没有任期止日的党支部", "Established, without the day the term ends"),
            as_listing(reader, unknown),
        ),
    )
    columns = {"soon": (figures[0].name, about_soon, soon), "over": (figures[1].name, about_over, over)}
    table = parted(Text("按镇街", "By town"), TOWN, columns, lambda row: str(row.cells[2]), BRANCHES)
    basis = Text(
        "依据：{clause}；只含经本系统成立的党支部", "Basis: {clause}; branches founded by way of this system"
    ).filled(clause=rule.clause)
    return (Section(Text("换届", "Renewal"), figures),), (table,), (basis,)


def _stand(reader: Reader) -> tuple[Any, ...]:
    """Founded, and not dissolved (撤销) by the last day: where nothing is left there is nothing to renew."""
    is_gone = and_(Case.state == "dissolved", Case.finished_on <= reader.to_on)
    return Case.established_on.is_not(None), not_(is_gone)


def _ends(reader: Reader) -> dict[int, date]:
    rows = reader.session.execute(
        select(Case.id, Case.facts).where(Case.established_on.is_not(None), reader.in_area(Case.chamber_id))
    )
    return {row[0]: date.fromisoformat(row[1]["term_to"]) for row in rows if row[1].get("term_to")}


def _day(line: CaseLine) -> date:
    return line.since
