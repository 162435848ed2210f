"""The one way a case moves: load and lock, may this person, do the guards hold, change, write down, tell, commit.

One command is one transaction; nothing is sent before it is committed, and a repeated request does nothing twice.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.definition.model import Transition
from workflow.engine.actors import Actor
from workflow.engine.clocks import apply_clocks
from workflow.engine.command import Command, Outcome
from workflow.engine.effects import EFFECTS
from workflow.engine.examining import attempt_of, examine
from workflow.engine.telling import tell
from workflow.engine.work import CaseWork, Deed
from workflow.engine.work_items import renew_work_item, state_due_on
from workflow.engine.writing import entry_content, write_entry
from workflow.errors import KeyReused
from workflow.guards import GUARDS
from workflow.machine import Moved, machine_for
from workflow.runtime import Runtime


def perform(runtime: Runtime, command: Command) -> Outcome:
    """Takes one action, whole or not at all.

    Raises NotFound (also for what the person may not see), Conflict (somebody was there first), NotPermitted,
    InvalidInput (what was entered), TransitionRefused (with every problem), KeyReused.
    """
    now = runtime.now()
    try:
        with runtime.db.unit_of_work() as session, session.no_autoflush:
            return perform_within(session, runtime, command, now)
    except IntegrityError as error:
        if command.idempotency_key and "idempotency_key" in str(error.orig):
            raise KeyReused(command.idempotency_key) from error
        raise


def perform_within(session: Session, runtime: Runtime, command: Command, now: datetime) -> Outcome:
    """The same inside a unit of work of the caller. What it raises it raises before anything is written."""
    found = examine(session, runtime, command, now, lock=True)
    if isinstance(found, Outcome):
        return found
    work = found.work
    apply_move(work, found.transition, found.deed, found.moved, command)
    _follow_up(work, found.deed)
    return Outcome(work.case.id, command.action, work.case.state, work.case.version)


def apply_move(
    work: CaseWork, transition: Transition, deed: Deed, moved: Moved, command: Command | None = None
) -> None:
    """Writes a permitted move down: facts and clocks, effects, state, ledger, work items, outbox."""
    case, had_instructor = work.case, work.case.instructor_id
    if not transition.is_routine:
        # What was left empty this time no longer holds.
        kept = {name: value for name, value in work.facts.items() if name not in {f.name for f in transition.fields}}
        work.facts = kept | deed.data
    apply_clocks(work, transition.clocks, deed.occurred_on)
    for name in transition.effects:
        EFFECTS[name](work, deed)
    has_moved = moved.target != moved.source
    if has_moved:
        case.state, case.state_since = moved.target, work.now
    case.facts = work.facts
    case.last_occurred_on = deed.occurred_on
    case.updated_at = work.now
    write_entry(work, transition.action, moved, deed, entry_content(deed, moved.overridden, command), command)
    work.save()
    due_on = state_due_on(work)
    if has_moved or case.instructor_id != had_instructor:
        renew_work_item(work, due_on)
    tell(work, deed, transition, has_moved=has_moved, due_on=due_on)
    work.send()


SYSTEM_ACTOR = Actor(None, ())


def _follow_up(work: CaseWork, cause: Deed) -> None:
    """Takes the actions that follow by themselves, in the same transaction, in the system's name."""
    for transition in work.definition.automatic(work.case.state):
        guard = GUARDS[transition.automatic_when or ""]
        case = work.case_facts()
        deed = Deed(SYSTEM_ACTOR, None, cause.occurred_on, guard.title.zh, {})
        attempt = attempt_of(work, transition, deed, SYSTEM_ACTOR)
        if not guard.problems(case, attempt):
            moved = machine_for(work.definition).fire(case, attempt, held_from=work.case.held_from)
            work.reload_clocks()
            apply_move(work, transition, deed, moved)
