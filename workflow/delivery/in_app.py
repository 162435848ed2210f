"""The notice list in the application: the one channel the product depends on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workflow import outbox
from workflow.database import Database
from workflow.delivery.letter import read_letter
from workflow.dialects import insert_ignoring
from workflow.models import Notice, OutboxRow


@dataclass(frozen=True, slots=True)
class InApp:
    db: Database
    clock: Callable[[], datetime]

    def deliver(self, row: OutboxRow) -> None:
        """Notice and mark are one transaction, so a kill between them cannot show the notice twice.

        The notice bears the time of its event: lists stay in order however the messages were shuffled.
        """
        letter = read_letter(row.payload)
        notice = {
            "event": row.event,
            "user_id": row.user_id,
            "case_id": row.case_id,
            "kind": row.kind,
            "title": letter.title.as_dict(),
            "body": letter.body.as_dict(),
            "created_at": row.created_at,
        }
        with self.db.unit_of_work() as session:
            insert_ignoring(session, Notice, [notice])
            outbox.mark_sent(session, row.id, self.clock())
