"""One act on a session: its row locked, the person permitted, a repeated request answered as before, the act noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.dialects import locked
from workflow.engine.actors import SEES_SUBTREE, Actor, load_actor
from workflow.engine.examining import MAX_KEY
from workflow.errors import InvalidInput, KeyReused, NotFound, NotPermitted
from workflow.ledger import digest
from workflow.models import CommitteeSession, Organisation, SessionAct
from workflow.runtime import Runtime
from workflow.sessions.refusals import SessionOver
from workflow.sessions.work import SessionWork
from workflow.text import Text

OFFICERS = frozenset({"clerk", "approver"})
ONLY_READ = frozenset({"org_dept", "social_work"})


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks; with a `key` the same request sent again does nothing twice."""

    actor_id: int
    key: str | None = None


@dataclass(frozen=True, slots=True)
class SessionOutcome:
    """Where the session stands after an act. `count` says how many cases it was about, where it was about some."""

    session_id: int
    status: str
    version: int
    count: int = 0
    replayed: bool = False


Do = Callable[[SessionWork], int | None]


def act_on(
    runtime: Runtime, session_id: int, request: Request, act: str, content: Mapping[str, Any], do: Do
) -> SessionOutcome:
    """Does something to an open session in one transaction.

    Raises NotFound, NotPermitted (not an officer of its body), SessionOver, KeyReused, and what `do` raises.
    """
    now = runtime.now()
    asked = digest({"session": session_id, "act": act, **content})
    with runtime.db.unit_of_work() as session:
        record = session.scalar(
            locked(session, select(CommitteeSession).where(CommitteeSession.id == session_id), of=[CommitteeSession])
        )
        actor, body = permitted(session, runtime, request.actor_id, record, session_id)
        if (earlier := answered_before(session, request, asked)) is not None:
            return earlier
        if record is None or record.status != "open":
            raise SessionOver(record.status if record else "")
        work = SessionWork(session, runtime, actor, record, body, now, local_day(now))
        count = do(work) or 0
        return note(session, record, request, act, {**content, **work.noted, "count": count}, asked, now)


def act_again_if(is_race: Callable[[IntegrityError], bool], act: Callable[[], SessionOutcome]) -> SessionOutcome:
    """Tries once more where somebody wrote the same row first: the second try finds that row and says what it means."""
    try:
        return act()
    except IntegrityError as error:
        if not is_race(error):
            raise
    return act()


def permitted(
    session: Session, runtime: Runtime, actor_id: int, record: CommitteeSession | None, session_id: int
) -> tuple[Actor, Organisation]:
    """The person and the body; NotFound for what one may not see, NotPermitted for who only reads."""
    actor = load_actor(session, actor_id, runtime.today())
    body = session.get(Organisation, record.organisation_id) if record else None
    if body is None or not sees(actor, body):
        raise NotFound("session", session_id)
    require_officer(actor, body)
    return actor, body


def sees(actor: Actor, body: Organisation) -> bool:
    """Officers of the body itself, and managers of an area it lies in."""
    return is_officer(actor, body) or any(
        held.role in ONLY_READ & SEES_SUBTREE and body.path.startswith(held.scope_path) for held in actor.roles
    )


def is_officer(actor: Actor, body: Organisation) -> bool:
    return any(held.role in OFFICERS and held.organisation_id == body.id for held in actor.roles)


def require_officer(actor: Actor, body: Organisation) -> None:
    if not is_officer(actor, body):
        raise NotPermitted(
            "session",
            Text(
                f"{body.name}的会议由该委员会的经办和审批人办理",
                f"Sessions of {body.name} are for its clerk and its approver",
            ),
        )


def answered_before(session: Session, request: Request, asked: str) -> SessionOutcome | None:
    """The first answer to the same key; KeyReused where the key came with another request."""
    if not request.key:
        return None
    if len(request.key) > MAX_KEY:
        raise InvalidInput({"idempotency_key": Text(f"幂等键最长 {MAX_KEY} 个字符", f"At most {MAX_KEY} characters")})
    earlier = session.scalar(
        select(SessionAct).where(SessionAct.actor_id == request.actor_id, SessionAct.idempotency_key == request.key)
    )
    if earlier is None:
        return None
    if earlier.request_digest != asked:
        raise KeyReused(request.key)
    return SessionOutcome(
        earlier.session_id, earlier.content["status"], earlier.seq, earlier.content.get("count", 0), replayed=True
    )


def note(
    session: Session,
    record: CommitteeSession,
    request: Request,
    act: str,
    content: Mapping[str, Any],
    asked: str,
    now: datetime,
) -> SessionOutcome:
    """Writes the act down; the session's version counts them."""
    record.version += 1
    session.add(
        SessionAct(
            session_id=record.id,
            seq=record.version,
            act=act,
            actor_id=request.actor_id,
            recorded_at=now,
            content={**content, "status": record.status},
            idempotency_key=request.key,
            request_digest=asked,
        )
    )
    return SessionOutcome(record.id, record.status, record.version, content.get("count", 0))
