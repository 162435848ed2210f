"""Tells people that a deadline comes near or has passed: once for each (deadline, threshold, person, channel)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.alerts import newest_threshold, next_alert
from workflow.clock import local_day
from workflow.definition.model import DeadlineSpec, Definition
from workflow.dialects import insert_ignoring, skip_locked
from workflow.engine.recipients import people_for
from workflow.models import Case, Deadline, Enterprise, OutboxRow
from workflow.outbox import rows_for
from workflow.runtime import Runtime
from workflow.text import Text

log = structlog.get_logger(__name__)

# The cases of a batch are locked while it runs; people who act on them wait that long.
BATCH = 50

AHEAD = Text("还有 {days} 天到期：{deadline}", "Due in {days} d: {deadline}")
TODAY = Text("今天到期：{deadline}", "Due today: {deadline}")
OVERDUE = Text("已超期 {days} 天：{deadline}", "Overdue by {days} d: {deadline}")
BODY = Text(
    "“{enterprise}”现处于“{step}”，由{owner}办理；“{deadline}”应在 {due}{provisional}前完成。",
    "{enterprise} stands at “{step}”, with the {owner}; “{deadline}” is to be done by {due}{provisional}.",
)
PROVISIONAL = Text("（暂算）", " (provisional)")
CERTAIN = Text("", "")


def remind(runtime: Runtime) -> int:
    """Tells the newest threshold of every running deadline that has reached one; answers how many were looked at.

    May run anywhere, at any time, twice at once: a deadline is handled by one run, and told only once even so.
    """
    handled = 0
    while batch := _remind_batch(runtime, runtime.clock()):
        handled += batch
    return handled


def _remind_batch(runtime: Runtime, now: datetime) -> int:
    with runtime.db.unit_of_work() as session:
        due = _due_deadlines(session, local_day(now))
        for deadline, case, enterprise in due:
            _remind_one(session, runtime.definition_of(session, case), deadline, case, enterprise, now)
        return len(due)


def _due_deadlines(session: Session, today: date) -> Sequence[tuple[Deadline, Case, str]]:
    """The case is locked with its deadline: an action locks the case first and the deadline later, so a run that
    held the deadline alone and then wrote a row that refers to the case would lock crosswise with it."""
    query = (
        select(Deadline, Case, Enterprise.name)
        .join(Case, Case.id == Deadline.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Deadline.status == "running", Deadline.next_alert_on <= today)
        .order_by(Deadline.next_alert_on, Deadline.id)
        .limit(BATCH)
    )
    rows = session.execute(skip_locked(session, query, of=[Case, Deadline]))
    return [(deadline, case, enterprise) for deadline, case, enterprise in rows]


def _remind_one(
    session: Session, definition: Definition, deadline: Deadline, case: Case, enterprise: str, now: datetime
) -> None:
    today = local_day(now)
    spec = definition.deadlines.get(deadline.code)
    if spec is None:
        # One clock the definition no longer knows must not keep all others from being told.
        log.error("deadline_unknown", case_id=case.id, deadline_id=deadline.id, code=deadline.code)
        deadline.next_alert_on = None
        return
    threshold = newest_threshold(deadline.due_on, spec.alerts, today)
    deadline.next_alert_on = next_alert(deadline.due_on, spec.alerts, after=today)
    if threshold is not None:
        people = people_for(session.connection(), case, spec.tell, definition=definition, today=today)
        payload = _payload(definition, spec, deadline, case, enterprise, today)
        event = f"deadline:{deadline.id}:{threshold}"
        insert_ignoring(session, OutboxRow, rows_for(event, "deadline", case.id, people, payload, now))


def _payload(
    definition: Definition, spec: DeadlineSpec, deadline: Deadline, case: Case, enterprise: str, today: date
) -> dict[str, Any]:
    state = definition.states[case.state]
    days = (deadline.due_on - today).days
    wording = AHEAD if days > 0 else OVERDUE if days < 0 else TODAY
    body = BODY.filled(
        enterprise=enterprise,
        step=state.name,
        owner=definition.groups[state.owner].name,
        deadline=spec.name,
        due=deadline.due_on.isoformat(),
        provisional=PROVISIONAL if deadline.provisional else CERTAIN,
    )
    title = wording.filled(days=abs(days), deadline=spec.name)
    return {"title": title.as_dict(), "body": body.as_dict(), "link": f"/cases/{case.id}"}
