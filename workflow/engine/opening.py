"""Opening cases: one by hand, or thousands with a roster; both write the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.definition.model import Definition
from workflow.engine.actors import SEES_SUBTREE, Actor, HeldRole, load_actor
from workflow.engine.clocks import due_day, first_alert
from workflow.engine.command import Outcome
from workflow.engine.routing import route
from workflow.errors import Conflict, NotFound, NotPermitted
from workflow.ledger import GENESIS, seal_entry
from workflow.models import Case, Deadline, Enterprise, LedgerContent, LedgerEntry, Organisation, WorkItem
from workflow.models.base import table_of
from workflow.models.case import founding
from workflow.runtime import Runtime
from workflow.text import Text

OPEN = "open"


def open_cases(
    session: Session,
    enterprises: Sequence[Enterprise],
    *,
    runtime: Runtime,
    actor_id: int | None,
    now: datetime,
    held: HeldRole | None = None,
) -> int:
    """Opens a case for each enterprise and answers how many; one insert for each table, however many there are.

    The enterprises have ids already and no open case. The caller's unit of work commits.
    """
    if not enterprises:
        return 0
    definition = runtime.versions(session).current
    organisations = {org.id: org for org in session.scalars(select(Organisation))}
    today = local_day(now)
    rows = [_case_row(definition, e, organisations, now, today) for e in enterprises]
    made = session.execute(insert(Case).returning(Case.id, Case.enterprise_id), rows).all()
    case_ids = {enterprise_id: case_id for case_id, enterprise_id in made}
    sealed = [first_entry(definition, runtime, case_ids[e.id], actor_id, held, now, today) for e in enterprises]
    session.execute(insert(table_of(LedgerEntry)), [entry for entry, _ in sealed])
    session.execute(insert(table_of(LedgerContent)), [content for _, content in sealed])
    session.execute(update(Case), [{"id": entry["case_id"], "ledger_head": entry["hash"]} for entry, _ in sealed])
    _first_clock(session, runtime, definition, list(case_ids.values()), now, today)
    due_on = _first_due(runtime, definition, today)
    items = [_work_item(definition, case_ids[row["enterprise_id"]], row, due_on, now) for row in rows]
    session.execute(insert(table_of(WorkItem)), items)
    return len(made)


def _case_row(
    definition: Definition,
    enterprise: Enterprise,
    organisations: Mapping[int, Organisation],
    now: datetime,
    today: date,
) -> dict[str, Any]:
    chamber = organisations[enterprise.chamber_id]
    return {
        "enterprise_id": enterprise.id,
        "process": definition.process,
        "definition_version": definition.version,
        "state": definition.initial,
        "state_since": now,
        "version": 1,
        "chamber_id": chamber.id,
        "committee_id": route(chamber, organisations).id,
        "scope_path": chamber.path,
        "form": "single",
        "last_occurred_on": today,
        "facts": {},
        "ledger_head": GENESIS,
        "opened_at": now,
        "updated_at": now,
    }


def first_entry(
    definition: Definition,
    runtime: Runtime,
    case_id: int,
    actor_id: int | None,
    held: HeldRole | None,
    now: datetime,
    today: date,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two rows with which the history of a case begins."""
    return seal_entry(
        {
            "case_id": case_id,
            "seq": 1,
            "action": OPEN,
            "from_state": None,
            "to_state": definition.initial,
            "actor_id": actor_id,
            "role": held.role if held else "system",
            "organisation_id": held.organisation_id if held else None,
            "occurred_on": today,
            "recorded_at": now,
            "definition_version": definition.version,
            "rules_version": runtime.rules.version,
            "idempotency_key": None,
            "request_digest": None,
            "prev_hash": GENESIS,
        },
        {"data": {}, "reason": None},
    )


def _first_due(runtime: Runtime, definition: Definition, today: date) -> date | None:
    code = definition.states[definition.initial].deadline
    return due_day(runtime, definition.deadlines[code], today, {}).day if code else None


def _first_clock(
    session: Session, runtime: Runtime, definition: Definition, case_ids: list[int], now: datetime, today: date
) -> None:
    code = definition.states[definition.initial].deadline
    if code is None:
        return
    spec = definition.deadlines[code]
    due = due_day(runtime, spec, today, {})
    clock = {
        "code": code,
        "status": "running",
        "starts_on": today,
        "due_on": due.day,
        "provisional": due.provisional,
        "next_alert_on": first_alert(due.day, spec, today),
        "started_at": now,
    }
    session.execute(insert(table_of(Deadline)), [{"case_id": case_id, **clock} for case_id in case_ids])


def _work_item(
    definition: Definition, case_id: int, row: Mapping[str, Any], due_on: date | None, now: datetime
) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "state": definition.initial,
        "role": definition.states[definition.initial].owner,
        "organisation_id": row["chamber_id"],
        "user_id": None,
        "due_on": due_on,
        "opened_at": now,
    }


def open_case(runtime: Runtime, credit_code: str, actor_id: int) -> Outcome:
    """Opens the case of a surveyed enterprise. Managers only; Conflict where one is open or a branch exists."""
    now = runtime.now()
    try:
        with runtime.db.unit_of_work() as session:
            enterprise, held = _openable(session, runtime, credit_code, actor_id, now)
            open_cases(session, [enterprise], runtime=runtime, actor_id=actor_id, now=now, held=held)
            case = session.scalars(
                select(Case).where(Case.enterprise_id == enterprise.id, Case.finished_on.is_(None), founding())
            ).one()
            return Outcome(case.id, OPEN, case.state, case.version)
    except IntegrityError as error:
        raise _already_open() from error


def _openable(
    session: Session, runtime: Runtime, credit_code: str, actor_id: int, now: datetime
) -> tuple[Enterprise, HeldRole]:
    actor = load_actor(session, actor_id, local_day(now))
    row = session.execute(
        select(Enterprise, Organisation.path)
        .join(Organisation, Organisation.id == Enterprise.chamber_id)
        .where(Enterprise.credit_code == credit_code.strip().upper())
    ).first()
    if row is None or not _may_know_of(session, actor, row[0], row.path):
        raise NotFound("enterprise", credit_code)
    enterprise: Enterprise = row[0]
    managers = runtime.versions(session).current.groups["manager"].roles
    held = next((h for h in actor.roles if h.role in managers and row.path.startswith(h.scope_path)), None)
    if held is None:
        raise NotPermitted(OPEN, Text("开立案件由区级主管部门办理", "Opening a case is for the district managers"))
    if enterprise.has_branch:
        raise Conflict(Text("该企业已有党组织，无须立案", "The enterprise already has a Party organisation"))
    running = select(Case.id).where(Case.enterprise_id == enterprise.id, Case.finished_on.is_(None), founding())
    if session.scalar(running):
        raise _already_open()
    return enterprise, held


def _may_know_of(session: Session, actor: Actor, enterprise: Enterprise, path: str) -> bool:
    """Whoever sees the area, or had a case of the enterprise in hand: the same people whose lists show it."""
    if any(held.role in SEES_SUBTREE and path.startswith(held.scope_path) for held in actor.roles):
        return True
    own = select(Case.id).where(Case.enterprise_id == enterprise.id, Case.instructor_id == actor.id, founding())
    return any(held.role == "instructor" for held in actor.roles) and session.scalar(own.limit(1)) is not None


def _already_open() -> Conflict:
    return Conflict(Text("该企业已有在办案件", "The enterprise already has an open case"))
