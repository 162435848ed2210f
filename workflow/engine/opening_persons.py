"""Opening the case of a person (发展党员): the same rows as a founding's, with the host in the chamber's place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.definition.library import MEMBER_DEVELOPMENT_PROCESS
from workflow.engine.actors import HeldRole
from workflow.engine.opening import first_entry
from workflow.engine.routing import route
from workflow.ledger import GENESIS
from workflow.models import Case, LedgerContent, LedgerEntry, Organisation, Person, WorkItem
from workflow.models.base import table_of
from workflow.models.case import founding
from workflow.runtime import Runtime


def open_person_case(
    session: Session, runtime: Runtime, person: Person, *, actor_id: int | None, held: HeldRole | None, now: datetime
) -> int:
    """Answers the number of the case. The person has no open one; the caller's unit of work commits.

    The enterprise's instructor has it in hand, or whoever opens it as an instructor; else the managers.
    """
    definition = runtime.versions(session, MEMBER_DEVELOPMENT_PROCESS).current
    organisations = {org.id: org for org in session.scalars(select(Organisation))}
    host, today = organisations[person.host_id], local_day(now)
    case = Case(
        enterprise_id=person.employer_id,
        person_id=person.id,
        process=definition.process,
        definition_version=definition.version,
        state=definition.initial,
        state_since=now,
        version=1,
        chamber_id=host.id,
        committee_id=route(host, organisations).id,
        scope_path=host.path,
        instructor_id=_instructor(session, person, actor_id, held),
        last_occurred_on=today,
        facts={},
        ledger_head=GENESIS,
        opened_at=now,
        updated_at=now,
    )
    session.add(case)
    session.flush()
    entry, content = first_entry(definition, runtime, case.id, actor_id, held, now, today)
    session.execute(insert(table_of(LedgerEntry)), [entry])
    session.execute(insert(table_of(LedgerContent)), [content])
    case.ledger_head = entry["hash"]
    session.add(
        WorkItem(
            case_id=case.id,
            state=case.state,
            role=definition.states[definition.initial].owner if case.instructor_id else "manager",
            organisation_id=host.id,
            user_id=case.instructor_id,
            opened_at=now,
        )
    )
    session.flush()
    return case.id


def _instructor(session: Session, person: Person, actor_id: int | None, held: HeldRole | None) -> int | None:
    newest = select(Case.instructor_id).where(Case.enterprise_id == person.employer_id, founding())
    found = session.scalars(newest.order_by(Case.id.desc()).limit(1)).first()
    if found is not None:
        return found
    return actor_id if held is not None and held.role == "instructor" else None
