"""An entry in the history that moves nothing: somebody notes or signs something on a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import Actor, HeldRole
from workflow.engine.work import CaseWork, Deed, load_work
from workflow.engine.writing import write_entry
from workflow.machine import Moved
from workflow.runtime import Runtime


def locked_work(session: Session, runtime: Runtime, case_id: int, now: datetime) -> CaseWork:
    return load_work(session, runtime, case_id, now, local_day(now), lock=True)


def write_standing_entry(
    work: CaseWork, action: str, actor: Actor, held: HeldRole | None, data: Mapping[str, Any], reason: str | None = None
) -> None:
    """Chains the entry, saves and sends; the case stays in its state and its clocks run on."""
    deed = Deed(actor, held, max(work.today, work.case.last_occurred_on), reason, dict(data))
    work.case.updated_at = work.now
    write_entry(work, action, Moved(work.case.state, work.case.state, ()), deed, {"data": dict(data), "reason": reason})
    work.save()
    work.send()
