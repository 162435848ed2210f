"""Admission of members (发展党员) in the period: applications, activists, targets, admissions, turnings; by host.

Admission and turning full count on the approval of the superior organisation, for the organisation that develops
(domain 11.1). Lists name the case and not the person: a report travels further than a case does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from workflow.definition.library import MEMBER_DEVELOPMENT_PROCESS
from workflow.models import Case, Enterprise, LedgerContent, LedgerEntry, Organisation, Person
from workflow.reports.campaign_lists import CODE, DAY, NAME
from workflow.reports.figure import Listing, Row, Subject, counted
from workflow.reports.reader import Reader
from workflow.reports.report import Section, Table
from workflow.reports.tables import parted
from workflow.text import Text
from workflow.undone import taken_back

PEOPLE = Text("人", "")
HOST = Text("培养组织", "Host organisation")
COLUMNS = (Text("案件", "Case"), NAME, CODE, HOST, DAY)
# Action of the process -> what its figure is called and how it is counted.
STEPS = {
    "apply": (
        Text("递交入党申请", "Applications"),
        Text("期内递交入党申请书的人", "People who handed in an application in the period"),
    ),
    "name_activist": (
        Text("确定积极分子", "Activists named"),
        Text("期内由党支部确定的入党积极分子", "Activists named by a branch in the period"),
    ),
    "list_target": (
        Text("列为发展对象", "Targets listed"),
        Text("期内列为发展对象的人", "Development targets listed in the period"),
    ),
    "approve_admission": (
        Text("批准为预备党员", "Admitted"),
        Text("期内由上级党委批准接收的预备党员，以批准日期计", "Probationary members, by the day of the approval"),
    ),
    "approve_full": (
        Text("批准转正", "Turned full"),
        Text("期内由上级党委批准转正的党员，以批准日期计", "Members turned full, by the day of the approval"),
    ),
    "stop": (
        Text("停止培养和撤回", "Stopped or withdrawn"),
        Text(
            "期内停止培养、本人撤回、政审或表决未通过、取消预备资格的人",
            "Cultivation stopped, withdrawn, not passed by review or vote, or cancelled in the period",
        ),
    ),
}
ENDINGS = frozenset(
    {"withdraw_application", "stop_cultivation", "end_by_review", "record_failed_vote", "cancel_probation"}
)
REMARK = Text(
    "只含在本系统登记的人员；撤销的步骤不计；年度发展计划数未登记",
    "People recorded in this system; steps taken back are left out; the yearly quota is not recorded",
)


def sections(reader: Reader) -> tuple[tuple[Section, ...], tuple[Table, ...], tuple[Text, ...]]:
    rows: dict[str, list[Row]] = {step: [] for step in STEPS}
    for step, row in _steps(reader):
        rows[step].append(row)
    lists = {step: Listing(COLUMNS, tuple(found)) for step, found in rows.items()}
    figures = tuple(counted(step, name, PEOPLE, definition, lists[step]) for step, (name, definition) in STEPS.items())
    columns = {step: (name, definition, lists[step]) for step, (name, definition) in STEPS.items()}
    table = parted(Text("按培养组织", "By host organisation"), HOST, columns, lambda row: str(row.cells[3]), PEOPLE)
    return (Section(Text("发展党员", "Admission of members"), figures),), (table,), (REMARK,)


def _steps(reader: Reader) -> Iterator[tuple[str, Row]]:
    """(step, its row), by case and in the order of the history."""
    host = aliased(Organisation)
    found = reader.session.execute(
        select(
            LedgerEntry.case_id,
            LedgerEntry.seq,
            LedgerEntry.action,
            LedgerEntry.occurred_on,
            Enterprise.name,
            Enterprise.credit_code,
            host.name.label("host"),
        )
        .join(Case, Case.id == LedgerEntry.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(host, host.id == Person.host_id)
        .where(
            Case.process == MEMBER_DEVELOPMENT_PROCESS,
            reader.in_area(Case.chamber_id),
            reader.in_period(LedgerEntry.occurred_on),
            LedgerEntry.action.in_([*STEPS, *ENDINGS]),
        )
        .order_by(LedgerEntry.case_id, LedgerEntry.seq)
    ).all()
    undone = _undone(reader, {row.case_id for row in found})
    for row in found:
        if (row.case_id, row.seq) not in undone:
            cells = (row.case_id, row.name, row.credit_code, row.host, row.occurred_on)
            step = "stop" if row.action in ENDINGS else row.action
            yield step, Row(cells, Subject("case", row.case_id))


def _undone(reader: Reader, case_ids: set[int]) -> set[tuple[int, int]]:
    contents: Any = reader.session.execute(
        select(LedgerContent.case_id, LedgerContent.content).where(LedgerContent.case_id.in_(sorted(case_ids)))
    )
    return {(case_id, seq) for case_id, content in contents for seq in taken_back(content)}
