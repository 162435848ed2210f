"""An instructor leaves a case and nobody follows yet: it lies with the managers, in the same transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import Actor
from workflow.engine.handover import hand_over
from workflow.engine.recipients import people_for
from workflow.engine.work import CaseWork, Deed, load_work
from workflow.engine.work_items import renew_work_item, state_due_on
from workflow.engine.writing import write_entry
from workflow.machine import Moved
from workflow.models import Assignment, OutboxRow
from workflow.models.base import table_of
from workflow.outbox import rows_for
from workflow.runtime import Runtime
from workflow.text import Text

RELEASE = "release_instructor"


def release_case(
    session: Session, runtime: Runtime, case_id: int, actor: Actor, now: datetime, reason: str | None
) -> None:
    """Takes the instructor off an open case, with pack, ledger entry, work item and word to the managers."""
    work = load_work(session, runtime, case_id, now, local_day(now), lock=True)
    manager = work.definition.groups["manager"]
    held = actor.may_act_as(manager, work.case, work.committee.path)
    deed = Deed(actor, held, max(work.today, work.case.last_occurred_on), reason, {})
    hand_over(work, work.case.instructor_id, None)
    open_rows = (Assignment.case_id == case_id) & Assignment.to_on.is_(None)
    work.run(update(Assignment).where(open_rows).values(to_on=deed.occurred_on))
    work.case.instructor_id = None
    work.case.updated_at = now
    write_entry(work, RELEASE, Moved(work.case.state, work.case.state, ()), deed, {"data": {}, "reason": reason})
    work.save()
    due_on = state_due_on(work)
    owner = work.definition.groups[work.definition.states[work.case.state].owner]
    if owner.at == "case":
        renew_work_item(work, due_on)
    _tell_managers(work, actor)
    work.send()


def _tell_managers(work: CaseWork, actor: Actor) -> None:
    name = work.enterprise.name
    title = Text(f"{name}：待重新选派指导员", f"{name}: another instructor is to be named")
    body = Text(
        f"{name}（案件 {work.case.id}）的指导员已离任，请重新选派。",
        f"The instructor of {name} (case {work.case.id}) has left; please name another.",
    )
    words = {"title": title.as_dict(), "body": body.as_dict(), "link": f"/cases/{work.case.id}"}
    people = people_for(
        work.connection,
        work.case,
        ["manager"],
        definition=work.definition,
        today=work.today,
        leaving_out=[actor.id],
    )
    event = f"case:{work.case.id}:{work.case.version}"
    rows = rows_for(event, "transition", work.case.id, people, words, work.now)
    if rows:
        work.run(insert(table_of(OutboxRow)), rows)
