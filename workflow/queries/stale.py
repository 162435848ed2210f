"""What happened to a case since a person looked at it: for the page that says why an action came too late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflow.engine.actors import Actor
from workflow.engine.available import views_of
from workflow.engine.instructors import instructors_for
from workflow.queries.case_page import CaseHead, case_head
from workflow.queries.seen import seen_work
from workflow.queries.timeline import Event, timeline
from workflow.runtime import Runtime


@dataclass(frozen=True, slots=True)
class StaleCase:
    """`events` since the version that was seen, newest first; `is_still_open`: the same action can be taken again.

    `people` names the accounts that can have been entered.
    """

    head: CaseHead
    events: tuple[Event, ...]
    is_still_open: bool
    people: Mapping[str, str]


def stale_case(
    session: Session, runtime: Runtime, actor: Actor, case_id: int, action: str, seen_version: int | None
) -> StaleCase:
    """Raises NotFound where the person may no longer see the case."""
    work = seen_work(session, runtime, actor, case_id)
    history = timeline(session, runtime.versions(session, work.case.process), case_id)
    return StaleCase(
        case_head(work),
        tuple(event for event in history if event.seq > (seen_version or 0)),
        any(view.action == action and view.allowed for view in views_of(work, actor)),
        {one.username: one.name for one in instructors_for(session, runtime, work.case.scope_path, work.today)},
    )
