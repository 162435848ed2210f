"""What the caller was told."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from pydantic import Field

from web.api.blueprint import bp, documented
from web.api.shapes import Cursor, Flag, Input, Listing, PageSize, Shape, Words, is_set
from web.auth.access import me
from web.context import now, reading, runtime
from workflow.notices import mark_read
from workflow.queries.notice_feed import notice_feed


class NoticeQuery(Input):
    unread: Flag = Field("", description="Only those that were not read.")
    cursor: Cursor = ""
    limit: PageSize = 50


class NoticeShape(Shape):
    id: int
    event: str = Field(description="What it tells of; one notice for each event and person.")
    kind: str
    case_id: int | None
    title: Words
    body: Words
    created_at: datetime
    read_at: datetime | None


class NoticeListing(Listing):
    items: list[NoticeShape]


@bp.get("/notices")
@bp.input(NoticeQuery, location="query")
@bp.output(NoticeListing)
@documented("me", "listNotices")
def get_notices(query_data: NoticeQuery) -> NoticeListing:
    """What you were told, newest first."""
    page = notice_feed(
        reading(), me().id, unread=is_set(query_data.unread), cursor=query_data.cursor, limit=query_data.limit
    )
    items = [NoticeShape.model_validate(notice) for notice in page.rows]
    return NoticeListing(items=items, next_cursor=page.next_cursor, total=page.total)


@bp.post("/notices/<int:notice_id>/read")
@bp.output({}, 204)
@documented("me", "markNoticeRead")
def post_notice_read(notice_id: int) -> Response:
    """Mark a notice as read; reading it twice keeps the first time."""
    with runtime().db.unit_of_work() as session:
        mark_read(session, me().id, notice_id, now())
    return Response(status=204)
