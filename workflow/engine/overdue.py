"""What the system does by itself about a deadline that is over, where the definition says so and nowhere else."""

from __future__ import annotations

from datetime import date

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.perform import SYSTEM_ACTOR, take_by_itself
from workflow.engine.work import Deed, load_work
from workflow.errors import TransitionRefused
from workflow.models import Case, Deadline
from workflow.runtime import Runtime

log = structlog.get_logger(__name__)
REASON = "“{deadline}”超期（{day}），按流程规定自动办理"


def act_on_overdue(runtime: Runtime) -> int:
    """Takes the action of every overdue deadline that has one; answers how many were taken.

    Each is a transaction of its own, in which the deadline is looked at again under the lock. Where the conditions of
    the action are not met nothing is done, and it is tried again on each day the deadline speaks up.
    """
    today = runtime.today()
    with runtime.db.reading() as session:
        waiting = _waiting(session, runtime, today)
    return sum(_act(runtime, case_id, code) for case_id, code in waiting)


def _waiting(session: Session, runtime: Runtime, today: date) -> list[tuple[int, str]]:
    """Nothing is asked of the database where no definition has the system act."""
    acting = {
        (process, version.version, spec.code)
        for process, versions in runtime.processes(session).items()
        for version in versions.by_number.values()
        for spec in version.deadlines.values()
        if spec.on_overdue
    }
    if not acting:
        return []
    query = (
        select(Deadline.case_id, Deadline.code, Case.process, Case.definition_version)
        .join(Case, Case.id == Deadline.case_id)
        .where(
            Deadline.status == "running",
            Deadline.next_alert_on <= today,
            Deadline.due_on < today,
            Deadline.code.in_(sorted({code for _, _, code in acting})),
        )
        .order_by(Deadline.case_id, Deadline.code)
    )
    rows = session.execute(query).all()
    return [(row.case_id, row.code) for row in rows if (row.process, row.definition_version, row.code) in acting]


def _act(runtime: Runtime, case_id: int, code: str) -> bool:
    now = runtime.now()
    with runtime.db.unit_of_work() as session, session.no_autoflush:
        work = load_work(session, runtime, case_id, now, local_day(now), lock=True)
        clock = next((d for d in work.deadlines if d.code == code and d.status == "running"), None)
        spec = work.definition.deadlines.get(code)
        if clock is None or spec is None or spec.on_overdue is None or clock.due_on >= work.today:
            return False
        reason = REASON.format(deadline=spec.name.zh, day=clock.due_on)
        try:
            take_by_itself(work, spec.on_overdue, Deed(SYSTEM_ACTOR, None, work.today, reason, {}), reason)
        except TransitionRefused as refused:
            log.info("overdue_action_refused", case_id=case_id, code=code, reason=refused.text.en)
            return False
    return True
