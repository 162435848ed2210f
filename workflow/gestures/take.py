"""Making a gesture: the same order as an action, and one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.definition.entry import read_entry
from workflow.engine.actors import actor_of, question_about
from workflow.engine.command import Command, Outcome
from workflow.engine.examining import answered_before, clean_reason, reason_faults
from workflow.engine.shown import refuse_changed_view
from workflow.engine.work import questions_of, work_of
from workflow.errors import InvalidInput, KeyReused, NotFound, TransitionRefused
from workflow.gestures.catalogue import GESTURES
from workflow.gestures.gesture import Gesture
from workflow.gestures.scene import Scene
from workflow.prepared import read_together
from workflow.runtime import Runtime


def take_gesture(runtime: Runtime, command: Command) -> Outcome:
    """Makes one gesture, whole or not at all; `command.action` names it.

    Raises NotFound (case or gesture, also for what the person may not see), Conflict (what was shown has changed),
    InvalidInput, TransitionRefused (with every problem), KeyReused.
    """
    now = runtime.now()
    gesture = GESTURES.get(command.action)
    if gesture is None:
        raise NotFound("gesture", command.action)
    try:
        with runtime.db.unit_of_work() as session, session.no_autoflush:
            return _take(session, runtime, gesture, command, now)
    except IntegrityError as error:
        if command.idempotency_key and "idempotency_key" in str(error.orig):
            raise KeyReused(command.idempotency_key) from error
        raise


def _take(session: Session, runtime: Runtime, gesture: Gesture, command: Command, now: datetime) -> Outcome:
    today = local_day(now)
    *found, roles = read_together(
        session.connection(),
        *questions_of(command.case_id, lock=True),
        question_about(command.actor_id, today),
    )
    actor = actor_of(command.actor_id, roles)
    work = work_of(session, runtime, command.case_id, found, now, today)
    held = actor.role_on(work.case)
    if held is None:
        raise NotFound("case", command.case_id)
    if (earlier := answered_before(session, command)) is not None:
        return earlier
    refuse_changed_view(work, command)
    scene = Scene(work, actor, held, command)
    _enter(scene, gesture)
    if problems := list(gesture.problems(scene)):
        raise TransitionRefused(gesture.name, work.case.state, problems)
    gesture.act(scene)
    session.flush()
    work.send()
    return Outcome(work.case.id, gesture.name, work.case.state, work.case.version)


def _enter(scene: Scene, gesture: Gesture) -> None:
    reason = clean_reason(scene.command.reason)
    if faults := reason_faults(gesture.reason, reason):
        raise InvalidInput(faults)
    scene.reason = reason or None
    scene.data = read_entry(gesture.fields, scene.command.data, scene.work.today)
