"""Enterprises that ought to have a branch and have none (应建未建), or ought to have their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from workflow.models import Enterprise, HeadCount
from workflow.reports.campaign_lists import TOWN
from workflow.reports.enterprise_lists import COLUMNS, Firm, operating
from workflow.reports.figure import Listing, Row, counted
from workflow.reports.reader import Reader
from workflow.reports.report import Section, Table
from workflow.reports.tables import parted
from workflow.text import Text

FIRMS = Text("家", "")
RULE, LONG = "full_members_min", "due_unfounded_days"
_COLUMNS = (*COLUMNS, Text("达到条件日期", "Ripe since"), Text("已过天数", "Days since"), Text("案件状态", "Case"))
_DAYS = len(COLUMNS) + 1
_NO_CASE = Text("未立案", "no case")


def sections(reader: Reader) -> tuple[tuple[Section, ...], tuple[Table, ...], tuple[Text, ...]]:
    minimum, long = (reader.rules.at(code, reader.today) for code in (RULE, LONG))
    ripe = [firm for firm in operating(reader) if firm.full_members >= minimum.value]
    since = _since(reader, [firm.id for firm in ripe], minimum.value)
    due = [firm for firm in ripe if not firm.has_organisation]
    joint = [firm for firm in ripe if firm.has_organisation and firm.form == "joint"]
    listed = _listing(reader, due, since)
    late = listed.where(lambda row: _days(row) > long.value)
    idle = listed.where(lambda row: row.cells[-1] == _NO_CASE)
    ought = Text(
        f"实体运营、正式党员 {minimum.value} 人以上、没有党组织的企业",
        f"Operating, {minimum.value} full members or more, without an organisation",
    )
    overdue = Text(
        f"应建未建超过 {long.value} 天，从连续达到条件的第一次统计起算",
        f"Ripe for more than {long.value} days, from the first count of the unbroken run",
    )
    figures = (
        counted("due", Text("应建未建", "Ought to, and have none"), FIRMS, ought, listed),
        counted("due_long", Text(f"超过 {long.value} 天", f"Over {long.value} days"), FIRMS, overdue, late),
        counted(
            "due_idle",
            Text("应建未建且未立案", "Without a case"),
            FIRMS,
            Text("其中没有在办案件的", "Of those, without a running case"),
            idle,
        ),
        counted(
            "due_single",
            Text("应单建未单建", "Ought to have their own"),
            FIRMS,
            Text(
                f"在联合党支部里、正式党员已有 {minimum.value} 人以上的企业",
                f"In a joint branch with {minimum.value} full members or more",
            ),
            _listing(reader, joint, since),
        ),
    )
    columns = {"due": (figures[0].name, ought, listed), "due_long": (figures[1].name, overdue, late)}
    table = parted(Text("按镇街", "By town"), TOWN, columns, lambda row: str(row.cells[2]), FIRMS)
    basis = Text("依据：{clause}", "Basis: {clause}").filled(clause=minimum.clause)
    return (Section(Text("应建未建", "Due and not founded"), figures),), (table,), (basis,)


def _days(row: Row) -> int:
    days = row.cells[_DAYS]
    return days if isinstance(days, int) else 0


def _listing(reader: Reader, firms: Sequence[Firm], since: dict[int, date]) -> Listing:
    """The longest due first."""
    rows: list[Row] = []
    for firm in sorted(firms, key=lambda one: (since.get(one.id, reader.today), one.id)):
        day = since.get(firm.id)
        state = reader.versions.state_name(firm.state) if firm.state else _NO_CASE
        rows.append(firm.row_with(day, (reader.today - day).days if day else None, state))
    return Listing(_COLUMNS, tuple(rows))


def _since(reader: Reader, ids: Sequence[int], minimum: int) -> dict[int, date]:
    """For each enterprise the first day of the unbroken run of counts that reach the minimum."""
    found: dict[int, date] = {}
    wanted = set(ids)
    rows = reader.session.execute(
        select(HeadCount.enterprise_id, HeadCount.counted_on, HeadCount.full_members)
        .join(Enterprise, Enterprise.id == HeadCount.enterprise_id)
        .where(Enterprise.full_members >= minimum)
        .order_by(HeadCount.counted_on, HeadCount.id)
    )
    for enterprise_id, day, full_members in rows:
        if enterprise_id not in wanted:
            continue
        if full_members < minimum:
            found.pop(enterprise_id, None)
        else:
            found.setdefault(enterprise_id, day)
    return found
