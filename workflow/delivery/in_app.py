"""The notice list in the application: the one channel the product depends on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow import outbox
from workflow.database import Database
from workflow.delivery.failure import DeliveryFailed
from workflow.delivery.letter import read_letter
from workflow.dialects import insert_ignoring
from workflow.models import Notice, OutboxRow


@dataclass(frozen=True, slots=True)
class InApp:
    """Takes one row at a time: what was not told with all others (`tell_due`)."""

    db: Database
    clock: Callable[[], datetime]

    def deliver(self, row: OutboxRow) -> None:
        """Notice and mark are one transaction, so a kill between them cannot show the notice twice."""
        notice = _notice(row)
        with self.db.unit_of_work() as session:
            insert_ignoring(session, Notice, [notice])
            outbox.mark_sent(session, row.id, self.clock())


def tell_due(session: Session, now: datetime) -> list[OutboxRow]:
    """Tells rows that are due, some hundred of them in this one transaction, and answers them.

    What another holds is passed over, and so is what cannot be read: it is left to a worker of its own, which fails
    alone.
    """
    rows = outbox.take_inside(session, now)
    notices = {row.id: notice for row in rows if (notice := _readable(row))}
    if notices:
        insert_ignoring(session, Notice, list(notices.values()))
        outbox.mark_told(session, list(notices), now)
    return [row for row in rows if row.id in notices]


def _readable(row: OutboxRow) -> dict[str, Any] | None:
    try:
        return _notice(row)
    except DeliveryFailed:
        return None


def _notice(row: OutboxRow) -> dict[str, Any]:
    """Bears the time of its event: lists stay in order however rows and messages were shuffled."""
    letter = read_letter(row.payload)
    return {
        "event": row.event,
        "user_id": row.user_id,
        "case_id": row.case_id,
        "kind": row.kind,
        "title": letter.title.as_dict(),
        "body": letter.body.as_dict(),
        "created_at": row.created_at,
    }
