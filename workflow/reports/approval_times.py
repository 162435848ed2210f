"""How long committees take to reply (审批时限): number, median, 90th percentile, over one month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from workflow.clock import add_months
from workflow.models import Case, Enterprise, LedgerEntry, Organisation
from workflow.reports.campaign_lists import CODE, NAME
from workflow.reports.figure import Figure, Listing, Row, Subject, counted
from workflow.reports.reader import Reader
from workflow.reports.report import Section, Table
from workflow.reports.tables import code_at, line
from workflow.text import Text

DECISIONS = {"approve": Text("同意", "approved"), "refuse": Text("不予批准", "refused")}
# A decision that is taken back leaves these for the review.
_DECIDED = ("approved", "refused")
RULE = "founding_reply_months"
DAYS = Text("天", "days")
REPLIES = Text("件", "")
COLUMNS = (
    NAME,
    CODE,
    Text("审批机关", "Committee"),
    Text("报送日期", "Submitted on"),
    Text("答复日期", "Decided on"),
    Text("天数", "Days"),
    Text("结果", "Outcome"),
)


@dataclass(frozen=True, slots=True)
class Reply:
    row: Row
    committee: str
    days: int
    is_late: bool


def sections(reader: Reader) -> tuple[tuple[Section, ...], tuple[Table, ...]]:
    replies = list(_replies(reader))
    committees = sorted({reply.committee for reply in replies})
    months = reader.rules.at(RULE, reader.to_on)
    heads = [figure.name for figure in _figures("", replies, months.value)]
    lines = tuple(
        line(
            Text(name, name),
            _figures(code_at("", name), [one for one in replies if one.committee == name], months.value),
        )
        for name in committees
    )
    clause = Text("时限依据：{clause}，{months} 个月", "The limit: {clause}, {months} month(s)").filled(
        clause=months.clause, months=months.value
    )
    table = Table(Text("按审批机关", "By committee"), Text("审批机关", "Committee"), tuple(heads), lines)
    return (Section(Text("合计", "In all"), _figures("", replies, months.value), clause),), (table,)


def _figures(suffix: str, replies: Sequence[Reply], months: int) -> tuple[Figure, ...]:
    all_of, days = _listing(replies), sorted(reply.days for reply in replies)
    late = _listing([reply for reply in replies if reply.is_late])
    return (
        counted(
            f"replies{suffix}",
            Text("答复件数", "Replies"),
            REPLIES,
            Text(
                "期内作出同意或不予批准的请示，从最后一次报送算起；撤回的决定不计",
                "Requests decided in the period, from the last submission on; decisions taken back are left out",
            ),
            all_of,
        ),
        Figure(
            f"median{suffix}",
            Text("天数中位数", "Median days"),
            DAYS,
            _median(days),
            Text(
                "从报送到答复的自然日，居中的一个；偶数个时取中间两个的平均",
                "Calendar days from submission to reply, the middle one",
            ),
            all_of,
        ),
        Figure(
            f"p90{suffix}",
            Text("天数第 90 百分位", "90th percentile"),
            DAYS,
            days[-(-9 * len(days) // 10) - 1] if days else None,
            Text("九成答复不超过的天数（最近序位法）", "Nine of ten replies took no longer (nearest rank)"),
            all_of,
        ),
        counted(
            f"late{suffix}",
            Text(f"超过 {months} 个月", f"Over {months} month(s)"),
            REPLIES,
            Text(
                "答复日期晚于报送日期加时限的请示（按日历月，遇月末取月末）",
                "Replies dated later than the submission and the limit (calendar months, clamped to the month's end)",
            ),
            late,
        ),
    )


def _median(days: Sequence[int]) -> Fraction | None:
    if not days:
        return None
    middle = len(days) // 2
    return Fraction(days[middle]) if len(days) % 2 else Fraction(days[middle - 1] + days[middle], 2)


def _listing(replies: Sequence[Reply]) -> Listing:
    return Listing(COLUMNS, tuple(reply.row for reply in replies))


def _replies(reader: Reader) -> Iterator[Reply]:
    """The decisions of the period, each from the last submission before it; those taken back left out."""
    committee = aliased(Organisation)
    entries = reader.session.execute(
        select(
            LedgerEntry.case_id,
            LedgerEntry.action,
            LedgerEntry.from_state,
            LedgerEntry.to_state,
            LedgerEntry.occurred_on,
            Enterprise.name,
            Enterprise.credit_code,
            committee.name.label("committee"),
        )
        .join(Case, Case.id == LedgerEntry.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(committee, committee.id == Case.committee_id)
        .where(
            Case.process == reader.versions.current.process,
            reader.in_area(Case.chamber_id),
            LedgerEntry.occurred_on <= reader.to_on,
        )
        .order_by(LedgerEntry.case_id, LedgerEntry.seq)
    )
    submitted: dict[int, date] = {}
    decided: dict[int, list[Any]] = {}
    for entry in entries:
        if entry.action == "submit":
            submitted[entry.case_id] = entry.occurred_on
        elif entry.action in DECISIONS and entry.case_id in submitted:
            decided.setdefault(entry.case_id, []).append((entry, submitted[entry.case_id]))
        elif entry.from_state in _DECIDED and entry.to_state == "under_review" and decided.get(entry.case_id):
            decided[entry.case_id].pop()
    for entry, since in (one for found in decided.values() for one in found):
        if entry.occurred_on >= reader.from_on:
            yield _reply(reader, entry, since)


def _reply(reader: Reader, entry: Any, since: date) -> Reply:
    days = (entry.occurred_on - since).days
    until = add_months(since, reader.rules.number(RULE, since))
    cells = (entry.name, entry.credit_code, entry.committee, since, entry.occurred_on, days, DECISIONS[entry.action])
    return Reply(Row(cells, Subject("case", entry.case_id)), entry.committee, days, entry.occurred_on > until)
