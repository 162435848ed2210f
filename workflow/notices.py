"""Taking note of notices: what was read stays read, what arrives meanwhile stays unread."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.models import Notice


def mark_read(session: Session, user_id: int, notice_id: int, now: datetime) -> Notice:
    """Answers the notice. NotFound for one that is not this person's. Reading twice keeps the first time."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.user_id != user_id:
        raise NotFound("notice", notice_id)
    notice.read_at = notice.read_at or now
    return notice


def mark_all_read(session: Session, user_id: int, up_to: int, now: datetime) -> None:
    """Marks what the person had before them: everything up to the newest notice shown."""
    session.execute(
        update(Notice)
        .where(Notice.user_id == user_id, Notice.id <= up_to, Notice.read_at.is_(None))
        .values(read_at=now)
    )
