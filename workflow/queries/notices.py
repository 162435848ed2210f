"""A person's notices: the unread ones first, the newest on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.models import Notice
from workflow.text import Text, text_from


@dataclass(frozen=True, slots=True)
class NoticeLine:
    id: int
    case_id: int | None
    kind: str
    title: Text
    body: Text
    created_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class NoticePage:
    """`newest_id` bounds "mark all": what arrives after the page was drawn stays unread."""

    lines: tuple[NoticeLine, ...]
    unread: int
    newest_id: int
    has_more: bool


def notices(session: Session, user_id: int, *, page: int = 1, size: int = 30) -> NoticePage:
    """One page, counted from 1; two queries."""
    counts = session.execute(
        select(func.count(), func.count(Notice.read_at), func.max(Notice.id)).where(Notice.user_id == user_id)
    ).one()
    rows = session.scalars(
        select(Notice)
        .where(Notice.user_id == user_id)
        .order_by(Notice.read_at.is_not(None), Notice.created_at.desc(), Notice.id.desc())
        .offset((page - 1) * size)
        .limit(size + 1)
    ).all()
    return NoticePage(
        lines=tuple(_line(row) for row in rows[:size]),
        unread=counts[0] - counts[1],
        newest_id=counts[2] or 0,
        has_more=len(rows) > size,
    )


def _line(row: Notice) -> NoticeLine:
    return NoticeLine(
        row.id,
        row.case_id,
        row.kind,
        text_from(row.title),
        text_from(row.body),
        row.created_at,
        row.read_at is not None,
    )
