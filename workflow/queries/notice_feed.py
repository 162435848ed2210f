"""A person's notices in the order they arrived, for programs that read on from where they stopped."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.models import Notice
from workflow.queries.cursor import Page, read_cursor, write_cursor


def notice_feed(
    session: Session, user_id: int, *, unread: bool = False, cursor: str = "", limit: int = 50
) -> Page[Notice]:
    """Newest first. Raises InvalidInput for a cursor that is not one of ours."""
    chosen = [Notice.user_id == user_id, *([Notice.read_at.is_(None)] if unread else [])]
    total = session.scalar(select(func.count()).select_from(Notice).where(*chosen)) or 0
    query = select(Notice).where(*chosen).order_by(Notice.id.desc()).limit(limit + 1)
    if cursor:
        query = query.where(Notice.id < read_cursor(cursor)[1])
    found = session.scalars(query).all()
    following = write_cursor("", found[limit - 1].id) if len(found) > limit else None
    return Page(tuple(found[:limit]), following, total)
