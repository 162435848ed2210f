"""The to-do a state makes: closed with the state that is left, opened with the one that is entered."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, update

from workflow.engine.recipients import holder_of
from workflow.engine.work import CaseWork
from workflow.models import WorkItem
from workflow.models.base import table_of
from workflow.prepared import Prepared

ITEMS = table_of(WorkItem)
ADD_ITEM = Prepared(insert(ITEMS))
CLOSE_ITEMS = Prepared(
    update(ITEMS)
    .where(ITEMS.c.case_id == bindparam("of_case"), ITEMS.c.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)


def state_due_on(work: CaseWork) -> date | None:
    """The due day of the clock that belongs to the case's present state, if it runs."""
    code = work.definition.states[work.case.state].deadline
    return next((d.due_on for d in work.deadlines if d.code == code and d.status == "running"), None)


def renew_work_item(work: CaseWork, due_on: date | None) -> None:
    """Closes what was open and opens the present state's item, if somebody has to act there."""
    work.add(CLOSE_ITEMS, {"of_case": work.case.id, "now": work.now})
    state = work.definition.states[work.case.state]
    if state.is_open:
        work.add(ADD_ITEM, work_item_row(work, due_on))


def put_back_work_item(work: CaseWork, item_id: int | None) -> None:
    """The item a snapshot found is open again, and no other."""
    if item_id == work.standing.item_id:
        return
    work.add(CLOSE_ITEMS, {"of_case": work.case.id, "now": work.now})
    work.send()
    if item_id is not None:
        work.run(update(ITEMS).where(ITEMS.c.id == item_id).values(closed_at=None))


def work_item_row(work: CaseWork, due_on: date | None) -> dict[str, Any]:
    """A named person's item where the owner is named on the case; else it is for the role at the body."""
    case = work.case
    owner = holder_of(work.definition, case)
    return {
        "case_id": case.id,
        "state": case.state,
        "role": owner.code,
        "organisation_id": case.committee_id if owner.at == "committee" else case.chamber_id,
        "user_id": case.instructor_id if owner.at == "case" else None,
        "due_on": due_on,
        "opened_at": work.now,
    }
