"""Whether the people concerned got word of the last change."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from workflow.models import Notice, OutboxRow
from workflow.outbox import Status
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Told:
    """People told of the newest change that was told at all: in the application, where everybody is told."""

    people: int
    delivered: int
    read: int
    failed: int

    @property
    def words(self) -> Text:
        if self.failed:
            return Text(
                f"应通知 {self.people} 人，{self.failed} 人未能送达",
                f"{self.people} to be told, {self.failed} could not be reached",
            )
        if self.delivered < self.people:
            return Text(
                f"应通知 {self.people} 人，{self.people - self.delivered} 人待送达",
                f"{self.people} to be told, {self.people - self.delivered} still under way",
            )
        return Text(
            f"已送达 {self.delivered} 人，{self.read} 人已读", f"delivered to {self.delivered}, read by {self.read}"
        )


def told(session: Session, case_id: int) -> Told | None:
    """None where nobody had to be told yet; one query."""
    newest = (
        select(OutboxRow.event)
        .where(OutboxRow.case_id == case_id, OutboxRow.kind == "transition")
        # The event ends with the case's version: the longer number is the newer one.
        .order_by(func.length(OutboxRow.event).desc(), OutboxRow.event.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(OutboxRow.status, Notice.read_at)
        .outerjoin(Notice, and_(Notice.event == OutboxRow.event, Notice.user_id == OutboxRow.user_id))
        .where(OutboxRow.case_id == case_id, OutboxRow.channel == "in_app", OutboxRow.event == newest)
    ).all()
    if not rows:
        return None
    return Told(
        people=len(rows),
        delivered=sum(row.status == Status.SENT for row in rows),
        read=sum(row.read_at is not None for row in rows),
        failed=sum(row.status == Status.FAILED for row in rows),
    )
