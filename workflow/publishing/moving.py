"""Moves the open cases that can go on as they stand to a version in force, some hundred in a transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workflow.engine.migrating import Mover, Moving, Place, migrate, take_in_hand
from workflow.models import Case
from workflow.publishing.author import author_of
from workflow.publishing.comparing import Comparison, Fate, Standing
from workflow.runtime import Runtime
from workflow.text import Text

# Small enough that nobody who acts on one of them waits long.
CHUNK = 250
Progress = Callable[[int], None]
Reasons = tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """How many cases went over, and how many stay because a person has to see to them first."""

    moved: int
    kept: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one transaction did: of each case why it stays, and nothing where it went over.

    The next one begins behind case `after`; None: none was left.
    """

    results: Mapping[int, Reasons]
    after: int | None


NONE_LEFT = Chunk({}, None)
Step = Callable[[Session, Runtime, Mover, int], Chunk]


def move_cases(runtime: Runtime, *, actor_id: int | None, progress: Progress | None = None) -> Moved:
    """Moves every open case of an older version that nothing keeps from the one in force.

    Each chunk is whole in itself: ended half way and started again, it goes on with those that are left, and none is
    moved twice. `progress` hears how many are done, between transactions. Raises NotPermitted.
    """
    return chunk_by_chunk(runtime, move_chunk, actor_id, progress)


def chunk_by_chunk(runtime: Runtime, step: Step, actor_id: int | None, progress: Progress | None) -> Moved:
    """Takes the step until none is left, each in a transaction of its own."""
    results: dict[int, Reasons] = {}
    after: int | None = 0
    while after is not None:
        with runtime.db.unit_of_work() as session, session.no_autoflush:
            chunk = step(session, runtime, author_of(session, runtime, actor_id), after)
        results |= chunk.results
        after = chunk.after
        if progress is not None and after is not None:
            progress(_counted(results).moved)
    return _counted(results)


def move_chunk(session: Session, runtime: Runtime, mover: Mover, after: int) -> Chunk:
    """Moves the next cases to the version in force; the caller's unit of work commits."""
    versions = runtime.versions(session)
    target = versions.current
    waiting = select(Case.id).where(*_waiting(target.process, target.version), Case.id > after)
    case_ids = list(session.scalars(waiting.order_by(Case.id).limit(CHUNK)))
    if not case_ids:
        return NONE_LEFT
    comparison = Comparison(versions, target)
    hand = take_in_hand(session, runtime, case_ids, runtime.now())
    results = {
        moving.work.case.id: _move(comparison, moving, mover)
        for moving in hand
        # Another run may have been faster before the row was locked.
        if moving.work.case.definition_version < target.version
    }
    if hand:
        hand[0].work.send()
    return Chunk(results, case_ids[-1])


def count_waiting(session: Session, process: str, version: int) -> int:
    """The open cases that live by a version below this one."""
    return session.scalar(select(func.count()).select_from(Case).where(*_waiting(process, version))) or 0


def place_in(comparison: Comparison, moving: Moving) -> Place | Reasons:
    """Where a case goes; the reasons where a person has to see to it first."""
    case = moving.work.case
    standing = Standing(case.definition_version, case.state, case.held_from, moving.running)
    verdict = comparison.judge(standing, case.facts)
    if verdict.fate is Fate.NEEDS_PERSON or verdict.state is None:
        return verdict.reasons
    return Place(comparison.target, verdict.state, verdict.held_from)


def _move(comparison: Comparison, moving: Moving, mover: Mover) -> Reasons:
    place = place_in(comparison, moving)
    if not isinstance(place, Place):
        return place
    migrate(moving, place, mover)
    return ()


def _waiting(process: str, version: int) -> tuple[ColumnElement[bool], ...]:
    return (Case.process == process, Case.definition_version < version, Case.finished_on.is_(None))


def _counted(results: Mapping[int, Reasons]) -> Moved:
    kept = sum(1 for reasons in results.values() if reasons)
    return Moved(len(results) - kept, kept)
