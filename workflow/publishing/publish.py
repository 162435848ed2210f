"""Publishes a definition as the next version of its process: proved, compared with the open cases, put in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.engine.migrating import Mover
from workflow.models import DefinitionVersion
from workflow.publishing.author import author_of
from workflow.publishing.checks import require_next
from workflow.publishing.comparing import Comparison
from workflow.publishing.in_force import Request, Setting, answered_before, at_once, put_in_force
from workflow.publishing.live import live_cases
from workflow.publishing.move_jobs import Kind, Wanted, ask_for
from workflow.publishing.moving import count_waiting
from workflow.publishing.preview import Preview, in_use, preview
from workflow.publishing.source import FILENAME, proved
from workflow.publishing.telling import tell_of
from workflow.runtime import Runtime


def preview_of(session: Session, runtime: Runtime, source: str, filename: str = FILENAME) -> tuple[Definition, Preview]:
    """What publishing this text would mean. Raises what `publish` raises, but for states in use: that is in it."""
    definition, faults = proved(source, filename)
    versions = runtime.versions(session)
    require_next(definition, faults, versions)
    return definition, preview(session, versions, definition)


def publish(
    runtime: Runtime,
    source: str,
    *,
    actor_id: int | None,
    note: str | None = None,
    key: str | None = None,
    filename: str = FILENAME,
    with_cases: bool = False,
) -> Setting:
    """The version is kept and in force for new cases; open ones stay with theirs until they are moved.

    `with_cases` also records the job that moves them; the console moves them itself.

    Raises NotPermitted, DefinitionError with every fault, InvalidInput, StateInUse, KeyReused, and Conflict where the
    version is published already or somebody was faster. Nothing is kept then.
    """
    now, request = runtime.now(), Request({"publish": source}, note or None, key)
    request.require_sound()
    try:
        with runtime.db.unit_of_work() as session:
            mover = author_of(session, runtime, actor_id)
            earlier = answered_before(session, mover, request)
            setting = earlier or _publish(session, runtime, source, filename, mover, request, now)
            if not with_cases or mover.user_id is None:
                return setting
            cases = count_waiting(session, setting.process, setting.version)
            wanted = Wanted(Kind.MOVE, setting.process, setting.version, cases, key)
            return replace(setting, job_id=ask_for(session, mover.user_id, wanted, now).id)
    except IntegrityError as error:
        raise at_once(error, key) from error


def _publish(
    session: Session, runtime: Runtime, source: str, filename: str, mover: Mover, request: Request, now: datetime
) -> Setting:
    definition, faults = proved(source, filename)
    versions = runtime.versions(session)
    require_next(definition, faults, versions)
    refusal = in_use(versions, definition, Comparison(versions, definition), live_cases(session, definition.process))
    if refusal is not None:
        raise refusal
    session.execute(
        insert(DefinitionVersion).values(
            process=definition.process,
            version=definition.version,
            digest=definition.digest,
            source=source,
            published_at=now,
            published_by=mover.user_id,
            note=request.note,
        )
    )
    setting = put_in_force(session, definition.process, definition.version, mover, request, now)
    tell_of(session, runtime, setting, mover, now, definition.name)
    return setting
