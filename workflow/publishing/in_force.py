"""Puts a version in force: one row more, never a change of an older one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.engine.examining import MAX_KEY
from workflow.engine.migrating import Mover
from workflow.errors import Conflict, InvalidInput, KeyReused
from workflow.ledger import digest
from workflow.models import DefinitionInForce
from workflow.text import Text

MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, with the key that makes a second asking harmless."""

    what: Mapping[str, object]
    note: str | None = None
    key: str | None = None

    @property
    def digest(self) -> str:
        return digest({**self.what, "note": self.note})

    def require_sound(self) -> None:
        """Raises InvalidInput for a note or key that is too long."""
        faults: dict[str, Text] = {}
        if self.note and len(self.note) > MAX_NOTE:
            faults["note"] = Text(f"说明最长 {MAX_NOTE} 个字", f"The note has at most {MAX_NOTE} characters")
        if self.key and len(self.key) > MAX_KEY:
            faults["idempotency_key"] = Text(f"幂等键最长 {MAX_KEY} 个字符", f"At most {MAX_KEY} characters")
        if faults:
            raise InvalidInput(faults)


@dataclass(frozen=True, slots=True)
class Setting:
    """A version in force since now, or since an earlier time where the same request came before.

    `job_id` is the move of open cases that was asked for with it.
    """

    process: str
    version: int
    number: int
    replayed: bool = False
    job_id: int | None = None


def answered_before(session: Session, mover: Mover, request: Request) -> Setting | None:
    """The first answer to the same key; KeyReused where the key came with another request."""
    if request.key is None or mover.user_id is None:
        return None
    row = session.scalars(
        select(DefinitionInForce).where(
            DefinitionInForce.set_by == mover.user_id, DefinitionInForce.idempotency_key == request.key
        )
    ).first()
    if row is None:
        return None
    if row.request_digest != request.digest:
        raise KeyReused(request.key)
    return Setting(row.process, row.version, row.number, replayed=True)


def setting_now(session: Session, process: str) -> Setting:
    """What is in force."""
    newest = select(DefinitionInForce).where(DefinitionInForce.process == process)
    row = session.scalars(newest.order_by(DefinitionInForce.number.desc()).limit(1)).one()
    return Setting(process, row.version, row.number)


def put_in_force(
    session: Session, process: str, version: int, mover: Mover, request: Request, now: datetime
) -> Setting:
    """The caller's unit of work commits; of two at once the database refuses one, and `at_once` says so."""
    newest = select(func.max(DefinitionInForce.number)).where(DefinitionInForce.process == process)
    number = (session.scalar(newest) or 0) + 1
    session.execute(
        insert(DefinitionInForce).values(
            process=process,
            number=number,
            version=version,
            since=now,
            set_by=mover.user_id,
            note=request.note,
            idempotency_key=request.key,
            request_digest=request.digest if request.key else None,
        )
    )
    return Setting(process, version, number)


def at_once(error: IntegrityError, key: str | None) -> Exception:
    """What somebody is told who was second; any other error as it is."""
    if not any(table in str(error.orig) for table in ("definition_", "move_job")):
        return error
    if key and "idempotency_key" in str(error.orig):
        return KeyReused(key)
    return Conflict(
        Text(
            "刚刚有人发布或恢复了另一个版本：请刷新后核对再办",
            "Another version was published or put back a moment ago: reload and decide again",
        )
    )
