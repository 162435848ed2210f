"""What waits for the caller."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Cursor, Input, Listing, PageSize, Shape, Words, shaped
from web.context import reading, runtime, today
from workflow.queries.inbox import inbox


class InboxQuery(Input):
    cursor: Cursor = ""
    limit: PageSize = 50


class CardShape(Shape):
    """One open work item; `action` is the one it waits for."""

    case_id: int
    enterprise: str
    chamber: str
    state: str
    state_name: Words
    action: str | None
    next: Words
    due_on: date | None
    opened_at: datetime
    on_behalf_of: str | None = Field(description="The person you would act for, where you do as a substitute.")
    urgency: str = Field(description="overdue, soon (within three days) or later.")


class InboxListing(Listing):
    """`overdue` and `soon` are parts of `total`."""

    overdue: int
    soon: int
    items: list[CardShape]


@bp.get("/inbox")
@bp.input(InboxQuery, location="query")
@bp.output(InboxListing)
@documented("me", "getInbox")
def get_inbox(query_data: InboxQuery) -> InboxListing:
    """What waits for you: overdue first, then what is due soonest, then what has waited longest."""
    found = inbox(reading(), runtime(), actor(), today=today(), cursor=query_data.cursor, limit=query_data.limit)
    cards = [shaped(CardShape, card, urgency=card.urgency(today())) for card in found.cards]
    load = found.load
    return InboxListing(
        items=cards, next_cursor=found.next_cursor, total=load.total, overdue=load.overdue, soon=load.soon
    )
