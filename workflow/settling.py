"""How an operator settles an incident: the message is tried again, or the fault is dismissed with a reason.

Nothing here commits; the caller's unit of work does.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflow import outbox
from workflow.errors import Conflict, InvalidInput, NotFound
from workflow.incidents import Status
from workflow.models import Incident, OutboxRow
from workflow.text import Text

LONGEST_REASON = 500


def retry(session: Session, incident_id: int, actor_id: int, now: datetime) -> None:
    """Makes the message due anew, with fresh attempts, and closes the incident.

    Raises NotFound, Conflict where it is closed already, InvalidInput where there is nothing to try again.
    """
    incident = _close(session, incident_id, Status.RETRIED, actor_id, None, now)
    if incident.outbox_id is None:
        raise InvalidInput({"incident": Text("这件事没有可重试的通知", "There is no message here to try again")})
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == incident.outbox_id, OutboxRow.status != outbox.Status.SENT)
        .values(status=outbox.Status.NEW, attempts=0, due_at=now, last_error=None)
    )


def dismiss(session: Session, incident_id: int, actor_id: int, reason: str, now: datetime) -> None:
    """Closes it with a reason, which stays. Raises NotFound, Conflict as `retry`, InvalidInput without a reason."""
    words = reason.strip()
    if not words:
        raise InvalidInput({"reason": Text("请说明忽略的理由", "Say why it may be dismissed")})
    if len(words) > LONGEST_REASON:
        most = LONGEST_REASON
        raise InvalidInput({"reason": Text(f"理由不超过 {most} 个字", f"The reason may have {most} characters")})
    _close(session, incident_id, Status.DISMISSED, actor_id, words, now)


def _close(
    session: Session, incident_id: int, status: Status, actor_id: int, reason: str | None, now: datetime
) -> Incident:
    closed: Incident | None = session.scalar(
        update(Incident)
        .where(Incident.id == incident_id, Incident.status == Status.OPEN)
        .values(status=status, open_key=None, closed_at=now, closed_by=actor_id, reason=reason)
        .returning(Incident)
    )
    if closed is not None:
        return closed
    if session.get(Incident, incident_id) is None:
        raise NotFound("incident", incident_id)
    raise Conflict(Text("这件异常已经处理过", "This incident was settled already"))
