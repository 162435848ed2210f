"""A case being worked on: what was read and locked, and what the action has changed so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, bindparam, func, select, update
from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.engine.actors import Actor, HeldRole
from workflow.errors import NotFound
from workflow.guards import CaseFacts, InstructorFacts
from workflow.models import (
    Case,
    Document,
    Enterprise,
    InstructorProfile,
    Organisation,
    RoleAssignment,
    User,
    Visit,
)
from workflow.models.base import table_of
from workflow.models.organisation import MAY_APPROVE, scope_of
from workflow.runtime import Runtime

_CASES, _ENTERPRISES, _VISITS, _PAPERS = (table_of(m) for m in (Case, Enterprise, Visit, Document))
# What an action may change of a case; the rest is fixed when it is opened.
_CHANGING = (
    "state",
    "state_since",
    "version",
    "committee_id",
    "instructor_id",
    "submitter_id",
    "held_from",
    "last_occurred_on",
    "founding_approved_on",
    "result_approved_on",
    "filed_on",
    "established_on",
    "finished_on",
    "facts",
    "ledger_head",
    "updated_at",
)
_SAVE_CASE = (
    update(_CASES).where(_CASES.c.id == bindparam("this_case")).values({name: bindparam(name) for name in _CHANGING})
)
_COUNT_VISITS = select(func.count()).where(_VISITS.c.case_id == bindparam("this_case"))
_PAPER_CODES = select(_PAPERS.c.code).where(_PAPERS.c.case_id == bindparam("this_case")).distinct()
_OTHER_CASES = select(func.count()).where(
    _CASES.c.enterprise_id == bindparam("this_enterprise"),
    _CASES.c.id != bindparam("this_case"),
    _CASES.c.finished_on.is_(None),
)


@dataclass(slots=True)
class RunningClock:
    """A deadline of the case that is not stopped."""

    id: int | None
    code: str
    status: str
    due_on: date
    days_left: int | None = None


@dataclass
class CaseWork:
    """Lives for one unit of work. Effects change it; `save` writes case and enterprise down.

    The rows are kept apart from the session, and statements go straight to its connection: an action writes a dozen
    of them, and the object layer would cost more than the database.
    """

    session: Session
    runtime: Runtime
    definition: Definition
    case: Case
    enterprise: Enterprise
    committee: Organisation
    now: datetime
    today: date
    facts: dict[str, Any] = field(default_factory=dict)
    deadlines: list[RunningClock] = field(default_factory=list)
    enterprise_changes: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def connection(self) -> Connection:
        return self.session.connection()

    def run(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        return self.connection.execute(statement, values)

    def change_enterprise(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self.enterprise, name, value)
        self.enterprise_changes |= values

    def save(self) -> None:
        """Writes what was changed; the row is locked since it was read."""
        self.run(_SAVE_CASE, {"this_case": self.case.id, **{name: getattr(self.case, name) for name in _CHANGING}})
        if self.enterprise_changes:
            mine = _ENTERPRISES.c.id == self.enterprise.id
            self.run(update(_ENTERPRISES).where(mine).values(self.enterprise_changes))
            self.enterprise_changes = {}

    def case_facts(self) -> CaseFacts:
        """What guards look at; costly things are asked only when a guard wants them."""
        case, enterprise = self.case, self.enterprise
        this_case = {"this_case": case.id}
        return CaseFacts(
            state=case.state,
            form=case.form,
            full_members=enterprise.full_members,
            probationary_members=enterprise.probationary_members,
            facts=self.facts,
            instructor_id=case.instructor_id,
            submitter_id=case.submitter_id,
            committee_may_approve=self.committee.type in MAY_APPROVE,
            credit_code=enterprise.credit_code,
            employees=enterprise.employees,
            count_visits=lambda: self.run(_COUNT_VISITS, this_case).scalar_one(),
            list_papers=lambda: frozenset(self.run(_PAPER_CODES, this_case).scalars()),
            count_other_open_cases=lambda: self.run(
                _OTHER_CASES, {**this_case, "this_enterprise": enterprise.id}
            ).scalar_one(),
        )


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does what, when: the part of an action that effects, ledger and notices need."""

    actor: Actor
    held: HeldRole | None
    occurred_on: date
    reason: str | None
    data: dict[str, Any]
    instructor: InstructorFacts | None = None


def load_work(session: Session, runtime: Runtime, case_id: int, now: datetime, today: date, *, lock: bool) -> CaseWork:
    """Reads the case with its enterprise and committee in one query, locked where it is to be changed.

    SQLite has no row locks: there the whole unit of work already holds the write lock.
    """
    query = (
        select(Case, Enterprise, Organisation)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(Organisation, Organisation.id == Case.committee_id)
        .where(Case.id == case_id)
    )
    if lock and not runtime.db.is_sqlite:
        query = query.with_for_update(of=Case)
    row = session.execute(query).first()
    if row is None:
        raise NotFound("case", case_id)
    case, enterprise, committee = row
    if lock:
        session.expunge(case)
        session.expunge(enterprise)
    definition = runtime.definitions[case.process]
    return CaseWork(session, runtime, definition, case, enterprise, committee, now, today, facts=dict(case.facts))


def load_instructor(work: CaseWork, username: str) -> InstructorFacts | None:
    """What guards need to know of a proposed instructor; None where no account has that name."""
    session, case = work.session, work.case
    row = session.execute(
        select(User, InstructorProfile)
        .outerjoin(InstructorProfile, InstructorProfile.user_id == User.id)
        .where(User.username == username.strip().casefold())
    ).first()
    if row is None:
        return None
    user, profile = row
    load = session.scalar(
        select(func.count()).where(Case.instructor_id == user.id, Case.id != case.id, Case.finished_on.is_(None))
    )
    return InstructorFacts(
        id=user.id,
        is_active=user.is_active,
        is_instructor=profile is not None and _instructs_here(session, user.id, case.scope_path, work.today),
        is_full_member=profile is not None and profile.is_full_member,
        under_discipline=profile is not None and profile.under_discipline,
        term_from=profile.term_from if profile else None,
        term_to=profile.term_to if profile else None,
        load_cap=profile.load_cap if profile else None,
        load=load or 0,
    )


def _instructs_here(session: Session, user_id: int, scope_path: str, today: date) -> bool:
    rows = session.execute(
        select(Organisation.type, Organisation.path)
        .join(RoleAssignment, RoleAssignment.organisation_id == Organisation.id)
        .where(
            RoleAssignment.user_id == user_id,
            RoleAssignment.role == "instructor",
            RoleAssignment.valid_from <= today,
            RoleAssignment.valid_to.is_(None) | (RoleAssignment.valid_to >= today),
        )
    )
    return any(scope_path.startswith(scope_of(row.type, row.path)) for row in rows)
