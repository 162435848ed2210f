"""Moves the open cases that can go on as they stand to a version in force, some hundred in a transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.engine.migrating import Mover, Moving, Place, migrate, take_in_hand
from workflow.models import Case
from workflow.publishing.author import author_of
from workflow.publishing.comparing import Comparison, Fate, Standing
from workflow.runtime import Runtime

# Small enough that nobody who acts on one of them waits long.
CHUNK = 250
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """How many cases went over, and how many stay because a person has to see to them first."""

    moved: int
    kept: int

    def __add__(self, other: Moved) -> Moved:
        return Moved(self.moved + other.moved, self.kept + other.kept)


def move_cases(runtime: Runtime, *, actor_id: int | None, progress: Progress | None = None) -> Moved:
    """Moves every open case of an older version that nothing keeps from the one in force.

    Each chunk is whole in itself: ended half way and started again, it goes on with those that are left, and none is
    moved twice. `progress` hears how many are done, between transactions. Raises NotPermitted.
    """
    done, after = Moved(0, 0), 0
    while True:
        with runtime.db.unit_of_work() as session, session.no_autoflush:
            mover = author_of(session, runtime, actor_id)
            target = runtime.versions(session).current
            case_ids = _next(session, target, after)
            done += _move_chunk(session, runtime, target, case_ids, mover)
        if not case_ids:
            return done
        after = case_ids[-1]
        if progress is not None:
            progress(done.moved)


def _next(session: Session, target: Definition, after: int) -> list[int]:
    waiting = (
        Case.process == target.process,
        Case.definition_version < target.version,
        Case.finished_on.is_(None),
        Case.id > after,
    )
    return list(session.scalars(select(Case.id).where(*waiting).order_by(Case.id).limit(CHUNK)))


def _move_chunk(session: Session, runtime: Runtime, target: Definition, case_ids: list[int], mover: Mover) -> Moved:
    comparison = Comparison(runtime.versions(session), target)
    moved = kept = 0
    hand = take_in_hand(session, runtime, case_ids, runtime.now()) if case_ids else []
    for moving in hand:
        # Another run may have been faster before the row was locked.
        if moving.work.case.definition_version >= target.version:
            continue
        place = place_in(comparison, moving)
        if place is None:
            kept += 1
        else:
            migrate(moving, place, mover)
            moved += 1
    if hand:
        hand[0].work.send()
    return Moved(moved, kept)


def place_in(comparison: Comparison, moving: Moving) -> Place | None:
    """Where a case goes; None where a person has to see to it first."""
    case = moving.work.case
    standing = Standing(case.definition_version, case.state, case.held_from, moving.running)
    verdict = comparison.judge(standing, case.facts)
    if verdict.fate is Fate.NEEDS_PERSON or verdict.state is None:
        return None
    return Place(comparison.target, verdict.state, verdict.held_from)
