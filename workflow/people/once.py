"""A request about people that comes twice with one key is done once and answered alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.engine.examining import MAX_KEY
from workflow.errors import InvalidInput, KeyReused
from workflow.ledger import digest
from workflow.models import KeptAnswer
from workflow.runtime import Runtime
from workflow.text import Text

Act = Callable[[Session, datetime], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """`replayed` marks the answer to a repeated request."""

    data: Mapping[str, Any]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for what; without a key each request counts."""

    actor_id: int
    key: str | None
    content: Mapping[str, Any]


def answer_once(runtime: Runtime, request: Request, act: Act) -> Answer:
    """Does it in one transaction, or answers as the first time. Raises KeyReused and what `act` raises."""
    try:
        return _answer(runtime, request, act)
    except IntegrityError as error:
        if request.key is None or "idempotency_key" not in str(error.orig):
            raise
        # The same request was faster on another connection: its answer is there now.
        return _answer(runtime, request, act)


def _answer(runtime: Runtime, request: Request, act: Act) -> Answer:
    now = runtime.now()
    with runtime.db.unit_of_work() as session:
        if (kept := _kept(session, request)) is not None:
            return Answer(kept.answer, replayed=True)
        if request.key is not None:
            session.add(row := _row(request, now))
            session.flush()
        data = act(session, now)
        if request.key is not None:
            row.answer = data
        return Answer(data)


def _kept(session: Session, request: Request) -> KeptAnswer | None:
    if request.key is None:
        return None
    if not 0 < len(request.key) <= MAX_KEY:
        raise InvalidInput({"idempotency_key": Text(f"幂等键为 1 到 {MAX_KEY} 个字符", f"1 to {MAX_KEY} characters")})
    mine = (KeptAnswer.actor_id == request.actor_id, KeptAnswer.idempotency_key == request.key)
    found = session.scalars(select(KeptAnswer).where(*mine)).first()
    if found is not None and found.request_digest != digest(request.content):
        raise KeyReused(request.key)
    return found


def _row(request: Request, now: datetime) -> KeptAnswer:
    return KeptAnswer(
        actor_id=request.actor_id,
        idempotency_key=request.key,
        request_digest=digest(request.content),
        answer={},
        created_at=now,
    )
