"""A case being worked on: what was read and locked, and what the action has changed so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.engine.actors import Actor, HeldRole
from workflow.errors import NotFound
from workflow.guards import CaseFacts, InstructorFacts
from workflow.models import (
    Case,
    Deadline,
    Document,
    Enterprise,
    InstructorProfile,
    Organisation,
    RoleAssignment,
    User,
    Visit,
)
from workflow.models.organisation import MAY_APPROVE, scope_of
from workflow.runtime import Runtime


@dataclass
class CaseWork:
    """Lives for one unit of work. Effects change it; `perform` writes it down."""

    session: Session
    runtime: Runtime
    definition: Definition
    case: Case
    enterprise: Enterprise
    committee: Organisation
    now: datetime
    today: date
    facts: dict[str, Any] = field(default_factory=dict)
    deadlines: list[Deadline] = field(default_factory=list)

    def case_facts(self) -> CaseFacts:
        """What guards look at; costly things are asked only when a guard wants them."""
        case, enterprise, session = self.case, self.enterprise, self.session
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
            count_visits=lambda: session.scalar(select(func.count()).where(Visit.case_id == case.id)) or 0,
            list_papers=lambda: frozenset(
                session.scalars(select(Document.code).where(Document.case_id == case.id).distinct())
            ),
            count_other_open_cases=lambda: (
                session.scalar(
                    select(func.count()).where(
                        Case.enterprise_id == enterprise.id, Case.id != case.id, Case.finished_on.is_(None)
                    )
                )
                or 0
            ),
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
