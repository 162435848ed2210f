"""The one way a case moves: load and lock, may this person, do the guards hold, change, write down, tell, commit.

One command is one transaction; nothing is sent before it is committed, and a repeated request does nothing twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.definition.course import leading
from workflow.definition.model import EARLIER, Transition
from workflow.engine.actors import Actor
from workflow.engine.clocks import apply_clocks, start_deadlines, stop_deadlines
from workflow.engine.command import Command, Outcome
from workflow.engine.effects import EFFECTS
from workflow.engine.examining import attempt_of, examine
from workflow.engine.numbers import NumberTaken, is_taken, written_number
from workflow.engine.recipients import holder_of
from workflow.engine.rounds import open_round, overtake_round
from workflow.engine.snapshot import snapshot
from workflow.engine.telling import tell
from workflow.engine.unit_cases import follow_units, moves_units
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
    InvalidInput (what was entered), TransitionRefused (with every problem), KeyReused, NumberTaken.
    """
    now = runtime.now()
    try:
        with runtime.db.unit_of_work() as session, session.no_autoflush:
            return perform_within(session, runtime, command, now)
    except IntegrityError as error:
        if command.idempotency_key and "idempotency_key" in str(error.orig):
            raise KeyReused(command.idempotency_key) from error
        if is_taken(error):
            raise NumberTaken(str(written_number(command.data))) from error
        raise


def perform_within(session: Session, runtime: Runtime, command: Command, now: datetime) -> Outcome:
    """The same inside a unit of work of the caller. What it raises it raises before anything is written."""
    found = examine(session, runtime, command, now, lock=True)
    if isinstance(found, Outcome):
        return found
    work = found.work
    asked = open_round(work, found.transition, found.deed, command) if found.transition.approval.asks_several else 0
    if not asked:
        complete(work, found.transition, found.deed, found.moved, command)
    return Outcome(work.case.id, command.action, work.case.state, work.case.version, waits_for=asked, note=work.note)


def complete(work: CaseWork, transition: Transition, deed: Deed, moved: Moved, command: Command | None) -> None:
    """Writes a permitted move down, and the ones that follow from it by themselves."""
    apply_move(work, transition, deed, moved, command)
    work.send()
    follow_up(work, deed)
    follow_units(work, moved, deed, move=take_by_itself)


def take_by_itself(work: CaseWork, action: str, cause: Deed, reason: str) -> None:
    """Takes an action in the system's name; raises TransitionRefused where its conditions are not met."""
    transition = work.definition.transitions[action]
    deed = Deed(SYSTEM_ACTOR, None, max(cause.occurred_on, work.case.last_occurred_on), reason, {})
    attempt = attempt_of(work, transition, deed, SYSTEM_ACTOR)
    moved = machine_for(work.definition).fire(work.case_facts(), attempt, held_from=work.case.held_from)
    apply_move(work, transition, deed, moved)
    work.send()


def apply_move(
    work: CaseWork, transition: Transition, deed: Deed, moved: Moved, command: Command | None = None
) -> None:
    """Writes a permitted move down: facts and clocks, effects, state, ledger, work items, outbox.

    What it writes waits in `work` until it is sent.
    """
    case, had_instructor = work.case, work.case.instructor_id
    held_by = holder_of(work.definition, case)
    keep_for_undo(work, transition, deed)
    if not transition.is_routine:
        # What was left empty this time no longer holds.
        kept = {name: value for name, value in work.facts.items() if name not in {f.name for f in transition.fields}}
        work.facts = kept | deed.data
    apply_clocks(work, transition.clocks, deed.occurred_on, transition.action)
    for name in transition.effects:
        EFFECTS[name](work, deed)
    moved = follow_way_back(work, transition, moved, deed)
    has_moved = moved.target != moved.source
    if has_moved:
        case.state, case.state_since = moved.target, work.now
        overtake_round(work)
    case.facts = work.facts
    case.last_occurred_on = deed.occurred_on
    case.updated_at = work.now
    write_entry(work, transition.action, moved, deed, entry_content(deed, moved.overridden, command), command)
    work.save()
    due_on = state_due_on(work)
    if has_moved or case.instructor_id != had_instructor or holder_of(work.definition, case) != held_by:
        renew_work_item(work, due_on)
    tell(work, deed, transition, has_moved=has_moved, due_on=due_on)


SYSTEM_ACTOR = Actor(None, ())
# What these write stands in tables of its own: a wrong visit or count is corrected by another, a change of the
# instructor by a change back.
NOT_TAKEN_BACK = frozenset(
    {
        "assign",
        "add_visit",
        "add_headcount",
        "join_joint",
        "leave_joint",
        "note_standing",
        "note_admission",
        "note_full",
        "note_left",
    }
)


def keep_for_undo(work: CaseWork, transition: Transition, deed: Deed) -> None:
    """A move that follows by itself belongs to the one that caused it: both are taken back together."""
    if deed.actor.id is None:
        if work.case.undo is not None:
            work.case.undo = {**work.case.undo, "until": work.case.version + 1}
    elif NOT_TAKEN_BACK.isdisjoint(transition.effects) and not moves_units(work, transition):
        work.case.undo = snapshot(work, deed.actor.id, transition.action)
    else:
        work.case.undo = None


def follow_way_back(work: CaseWork, transition: Transition, moved: Moved, deed: Deed) -> Moved:
    """Who sent a case back to be mended and then to come straight back gets it after the one step."""
    if transition.target == EARLIER:
        start_deadlines(work, _clock_of(work, moved.target), deed.occurred_on)
        return moved
    back = work.facts.get("way_back")
    if back is None or moved.source != back["from"] or transition not in leading(work.definition, moved.source):
        return moved
    del work.facts["way_back"]
    # The clock the usual way has just started is known by its number only once it is written.
    work.send()
    work.reload_clocks()
    stop_deadlines(work, _clock_of(work, moved.target))
    # Handing in starts the clock of the review too: what runs already is not started twice.
    running = {clock.code for clock in work.deadlines}
    start_deadlines(work, [c for c in _clock_of(work, back["to"]) if c not in running], deed.occurred_on)
    return replace(moved, target=back["to"])


def _clock_of(work: CaseWork, state: str) -> list[str]:
    code = work.definition.states[state].deadline
    return [code] if code else []


def follow_up(work: CaseWork, cause: Deed) -> None:
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
            work.send()
