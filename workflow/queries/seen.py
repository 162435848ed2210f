"""A case as the engine reads it, for a person who may see it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow.engine.actors import Actor
from workflow.engine.work import CaseWork, load_work
from workflow.errors import NotFound
from workflow.runtime import Runtime


def seen_work(session: Session, runtime: Runtime, actor: Actor, case_id: int) -> CaseWork:
    """Raises NotFound where there is no such case or the person may not see it: the same answer on purpose."""
    work = load_work(session, runtime, case_id, runtime.now(), runtime.today(), lock=False)
    if not actor.sees(work.case):
        raise NotFound("case", case_id)
    return work
