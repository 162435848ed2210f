"""Enterprises as coverage counts them: which operate, which are covered and how, which are worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from workflow.campaign.standing import stands
from workflow.models import (
    Appointment,
    Case,
    Enterprise,
    FoundedOrganisation,
    LedgerContent,
    LedgerEntry,
    Organisation,
    User,
)
from workflow.reports.campaign_lists import CODE, NAME, NO, TOWN, YES
from workflow.reports.case_lists import CHAMBER
from workflow.reports.figure import Listing, Row, Subject
from workflow.reports.reader import Reader
from workflow.reports.settings import ATTACHED_COVERED
from workflow.reports.words import FORMS
from workflow.text import Text

NOT_OPERATING = frozenset({"deregistered", "moved_out", "stopped", "by_mistake"})
UNKNOWN_FORM = Text("组建方式未登记", "form not recorded")
COLUMNS = (
    NAME,
    CODE,
    TOWN,
    CHAMBER,
    Text("职工", "Employees"),
    Text("正式党员", "Full members"),
    Text("已建党组织", "Has an organisation"),
    Text("组建方式", "Form"),
    Text("已派指导员", "Has an instructor"),
)
FORM_WORDS = {**FORMS, "temporary": Text("临时党支部", "temporary"), "": UNKNOWN_FORM}


@dataclass(frozen=True)
class Firm:
    """`form` is "" where the organisation is known and its form is not; `in_ledger`: the ledger has it founded.

    `case_id` and `state` are those of the newest case, if there is one.
    """

    id: int
    name: str
    credit_code: str
    town: str
    chamber: str
    employees: int | None
    on_scale: bool | None
    high_tech: bool | None
    full_members: int
    probationary_members: int
    has_organisation: bool
    form: str
    instructors: tuple[str, ...]
    in_ledger: bool
    case_id: int | None
    state: str

    @property
    def has_instructor(self) -> bool:
        return bool(self.instructors)

    @property
    def members(self) -> int:
        return self.full_members + self.probationary_members

    def is_covered(self, counts_attached: bool) -> bool:
        return self.has_organisation and self.form != "temporary" and (counts_attached or self.form != "attached")

    @cached_property
    def row(self) -> Row:
        cells = (
            self.name,
            self.credit_code,
            self.town,
            self.chamber,
            self.employees,
            self.full_members,
            YES if self.has_organisation else NO,
            FORM_WORDS.get(self.form, self.form) if self.has_organisation else None,
            YES if self.has_instructor else NO,
        )
        return Row(cells, Subject("enterprise", self.id))

    def row_with(self, *more: Any) -> Row:
        return Row((*self.row.cells, *more), self.row.about)


def listing(firms: Iterable[Firm]) -> Listing:
    return Listing(COLUMNS, tuple(firm.row for firm in firms))


def covered(reader: Reader) -> Callable[[Firm], bool]:
    """Who counts as covered by an organisation, by the local setting on attached founding."""
    counts_attached = reader.settings.get(ATTACHED_COVERED.code) == "yes"
    return lambda firm: firm.is_covered(counts_attached)


def operating(reader: Reader) -> list[Firm]:
    """The enterprises of the area as they are now, without those whose case ended because they no longer operate."""
    forms = _forms_of_ledger(reader)
    appointed = _appointed(reader)
    gone = _no_longer_operating(reader)
    town, chamber, newest = aliased(Organisation), aliased(Organisation), aliased(Case)
    mine = select(func.max(newest.id)).where(
        newest.enterprise_id == Enterprise.id, newest.process == reader.versions.current.process
    )
    rows = reader.session.execute(
        select(
            *_OF_ENTERPRISE,
            town.name.label("town"),
            chamber.name.label("chamber"),
            Case.id.label("case_id"),
            Case.state,
            Case.held_from,
            Case.definition_version,
            Case.form,
            Case.finished_on,
            User.username,
        )
        .join(town, town.id == Enterprise.town_id)
        .join(chamber, chamber.id == Enterprise.chamber_id)
        .outerjoin(Case, Case.id == mine.scalar_subquery())
        .outerjoin(User, User.id == Case.instructor_id)
        .where(reader.in_area(Enterprise.chamber_id))
        .order_by(Enterprise.id)
    )
    return [_firm(reader, row, forms, appointed) for row in rows if row.id not in gone]


_OF_ENTERPRISE = (
    Enterprise.id,
    Enterprise.name,
    Enterprise.credit_code,
    Enterprise.employees,
    Enterprise.on_scale,
    Enterprise.high_tech,
    Enterprise.full_members,
    Enterprise.probationary_members,
    Enterprise.has_branch,
)


def _firm(reader: Reader, row: Any, forms: dict[int, str], appointed: dict[int, list[str]]) -> Firm:
    is_covered_by_case = _coverage(reader, row) == "organisation"
    is_led = row.case_id is not None and row.finished_on is None and row.username is not None
    return Firm(
        row.id,
        row.name,
        row.credit_code,
        row.town,
        row.chamber,
        row.employees,
        row.on_scale,
        row.high_tech,
        row.full_members,
        row.probationary_members,
        row.has_branch or is_covered_by_case,
        row.form if is_covered_by_case else forms.get(row.id, ""),
        tuple(dict.fromkeys((*appointed.get(row.id, ()), *([row.username] if is_led else [])))),
        row.id in forms,
        row.case_id,
        row.state or "",
    )


def _coverage(reader: Reader, row: Any) -> str:
    """What the newest case means for coverage; one on hold keeps what it had."""
    if row.case_id is None:
        return ""
    states = reader.versions.of(row.definition_version).states
    state = states.get(row.state)
    if state and state.coverage == "keeps":
        state = states.get(row.held_from or "")
    return state.coverage if state else ""


def _forms_of_ledger(reader: Reader) -> dict[int, str]:
    model = FoundedOrganisation
    rows = reader.session.execute(
        select(model.enterprise_id, model.form)
        .where(stands(model), model.approved_on <= reader.today)
        .order_by(model.id)
    )
    return {row[0]: row[1] for row in rows}


def _appointed(reader: Reader) -> dict[int, list[str]]:
    """Who is an enterprise's instructor by the register: those whose time is not over, by account or number."""
    is_running = or_(Appointment.to_on.is_(None), Appointment.to_on >= reader.today)
    chosen = (stands(Appointment), Appointment.from_on <= reader.today, is_running)
    query = select(Appointment.enterprise_id, Appointment.number, User.username).where(*chosen)
    found: dict[int, list[str]] = {}
    for row in reader.session.execute(query.outerjoin(User, User.id == Appointment.user_id).order_by(Appointment.id)):
        found.setdefault(row.enterprise_id, []).append(row.username or row.number)
    return found


def _no_longer_operating(reader: Reader) -> set[int]:
    """Enterprises whose newest case was closed for a reason that ends the enterprise here."""
    rows = reader.session.execute(
        select(Case.enterprise_id, Case.state, LedgerContent.content)
        .join(LedgerEntry, (LedgerEntry.case_id == Case.id) & (LedgerEntry.action == "close"))
        .join(LedgerContent, (LedgerContent.case_id == Case.id) & (LedgerContent.seq == LedgerEntry.seq))
        .where(Case.process == reader.versions.current.process, reader.in_area(Case.chamber_id))
        .order_by(Case.id, LedgerEntry.seq)
    )
    ended = {row[0]: row[1] == "closed" and row[2].get("data", {}).get("close_code") in NOT_OPERATING for row in rows}
    later = _with_an_open_case(reader)
    return {enterprise_id for enterprise_id, is_gone in ended.items() if is_gone} - later


def _with_an_open_case(reader: Reader) -> set[int]:
    return set(reader.session.scalars(select(Case.enterprise_id).where(Case.finished_on.is_(None))))
