"""Goes back to an older version: it is in force again, and the cases that were moved since go back where they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.engine.documents import ATTACH
from workflow.engine.migrating import (
    MIGRATE,
    MIGRATE_BACK,
    Mover,
    Moving,
    Place,
    migrate,
    migrate_back,
    take_in_hand,
)
from workflow.models import Case, LedgerContent, LedgerEntry
from workflow.models.case import founding
from workflow.publishing.author import author_of
from workflow.publishing.checks import published_version
from workflow.publishing.comparing import Comparison
from workflow.publishing.in_force import Request, Setting, answered_before, at_once, put_in_force, setting_now
from workflow.publishing.move_jobs import Kind, Wanted, ask_for
from workflow.publishing.moving import CHUNK, NONE_LEFT, Chunk, Moved, Progress, Reasons, chunk_by_chunk, place_in
from workflow.publishing.telling import tell_of
from workflow.runtime import Runtime

# Entries after a move that leave step, clocks and work item as they are.
LEAVES_ALL = (MIGRATE, MIGRATE_BACK, ATTACH)


def put_back(
    runtime: Runtime,
    version: int,
    *,
    actor_id: int | None,
    note: str | None = None,
    key: str | None = None,
    with_cases: bool = False,
) -> Setting:
    """Puts a published version in force again; nothing is set where it is already.

    `with_cases` also records the job that takes cases back; the console takes them back itself. Raises NotPermitted,
    NotFound for a version that was never published, KeyReused, and Conflict for somebody faster.
    """
    now, request = runtime.now(), Request({"put_back": version}, note or None, key)
    request.require_sound()
    try:
        with runtime.db.unit_of_work() as session:
            mover = author_of(session, runtime, actor_id)
            earlier = answered_before(session, mover, request)
            setting = earlier or _put_back(session, runtime, version, mover, request, now)
            if not with_cases or mover.user_id is None:
                return setting
            wanted = Wanted(Kind.MOVE_BACK, setting.process, version, count_moved(session, version), key)
            return replace(setting, job_id=ask_for(session, mover.user_id, wanted, now).id)
    except IntegrityError as error:
        raise at_once(error, key) from error


def _put_back(
    session: Session, runtime: Runtime, version: int, mover: Mover, request: Request, now: datetime
) -> Setting:
    versions = runtime.versions(session)
    definition = published_version(versions, version)
    if versions.current.version == version:
        return setting_now(session, definition.process)
    setting = put_in_force(session, definition.process, version, mover, request, now)
    tell_of(session, runtime, setting, mover, now, definition.name)
    return setting


def move_back(runtime: Runtime, *, actor_id: int | None, progress: Progress | None = None) -> Moved:
    """Takes back every move of an open case into a version above the one in force.

    A case that nobody touched since stands again exactly as it did. One that went on goes back as it stands now where
    the older version has its step, else it stays. May be ended half way and started again, as `move_cases` may.
    """
    return chunk_by_chunk(runtime, back_chunk, actor_id, progress)


def back_chunk(session: Session, runtime: Runtime, mover: Mover, after: int) -> Chunk:
    """Takes back the last move of each of the next cases; the caller's unit of work commits."""
    version = runtime.versions(session).current.version
    moves = _next_moves(session, version, after)
    if not moves:
        return NONE_LEFT
    hand = take_in_hand(session, runtime, list(moves), runtime.now())
    kept_rows, busy = _kept(session, moves), _went_on(session, moves)
    results: dict[int, Reasons] = {}
    again: list[int] = []
    for moving in hand:
        case = moving.work.case
        entry, content = kept_rows[case.id]
        # Another run may have been faster before the row was locked.
        if case.definition_version != entry.definition_version:
            continue
        results[case.id] = _back(session, runtime, moving, entry, content, mover, went_on=case.id in busy)
        # A case may have come by several moves, and the one before is taken back next.
        if not results[case.id] and case.definition_version > version:
            again.append(case.id)
    if hand:
        hand[0].work.send()
    return Chunk(results, min(again) - 1 if again else max(moves))


def count_moved(session: Session, version: int) -> int:
    """The open cases that live by a version above this one because they were moved there."""
    moves = _moves(version).subquery()
    return session.scalar(select(func.count()).select_from(moves)) or 0


def _next_moves(session: Session, version: int, after: int) -> dict[int, int]:
    rows = session.execute(_moves(version).where(Case.id > after).order_by(LedgerEntry.case_id).limit(CHUNK))
    return {row[0]: row[1] for row in rows}


def _moves(version: int) -> Select[int, int]:
    """The number and the entry by which each open case above `version` came to the version it lives by."""
    return (
        select(LedgerEntry.case_id, func.max(LedgerEntry.seq))
        .join(Case, Case.id == LedgerEntry.case_id)
        .where(
            LedgerEntry.action == MIGRATE,
            LedgerEntry.definition_version == Case.definition_version,
            Case.definition_version > version,
            Case.finished_on.is_(None),
            founding(),
        )
        .group_by(LedgerEntry.case_id)
    )


def _back(
    session: Session,
    runtime: Runtime,
    moving: Moving,
    entry: LedgerEntry,
    data: Mapping[str, Any],
    mover: Mover,
    *,
    went_on: bool,
) -> Reasons:
    versions = runtime.versions(session)
    older = versions.of(data["from_version"])
    if not went_on and entry.from_state is not None:
        migrate_back(moving, Place(older, entry.from_state, data["held_from"]), mover, data)
        return ()
    place = place_in(Comparison(versions, older), moving)
    if not isinstance(place, Place):
        return place
    migrate(moving, place, mover, MIGRATE_BACK)
    return ()


def _kept(session: Session, moves: Mapping[int, int]) -> dict[int, tuple[LedgerEntry, Mapping[str, Any]]]:
    rows = session.execute(
        select(LedgerEntry, LedgerContent.content)
        .join(LedgerContent, (LedgerContent.case_id == LedgerEntry.case_id) & (LedgerContent.seq == LedgerEntry.seq))
        .where(LedgerEntry.case_id.in_(moves), LedgerEntry.action == MIGRATE)
    )
    return {entry.case_id: (entry, content["data"]) for entry, content in rows if entry.seq == moves[entry.case_id]}


def _went_on(session: Session, moves: Mapping[int, int]) -> set[int]:
    """The cases on which somebody did something since their move."""
    rows: Iterable[Any] = session.execute(
        select(LedgerEntry.case_id, func.max(LedgerEntry.seq))
        .where(LedgerEntry.case_id.in_(moves), LedgerEntry.action.not_in(LEAVES_ALL))
        .group_by(LedgerEntry.case_id)
    )
    return {case_id for case_id, seq in rows if seq > moves[case_id]}
