"""What became of each message: of one case for whoever sees it, and all of them for the operator."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Cursor, Input, Line, Listing, PageSize, Shape, read_count
from web.auth.access import roles
from web.context import now, reading, runtime
from workflow.queries.cursor import Page
from workflow.queries.deliveries import DeliveryFilter, DeliveryLine, case_deliveries, deliveries
from workflow.queries.seen import seen_work

Fate = Literal["waiting", "sent", "failed", "withdrawn"]


class PageQuery(Input):
    cursor: Cursor = ""
    limit: PageSize = 50


class LedgerQuery(PageQuery):
    fate: Fate = "waiting"
    channel: Line = Field("", max_length=50)
    older_than: Annotated[int, Field(ge=0, le=525_600), BeforeValidator(read_count)] = Field(
        0, description="Only messages written at least so many minutes ago."
    )


class AttemptShape(Shape):
    number: int
    began_at: datetime
    ended_at: datetime | None
    result: str | None = Field(description="sent, failed or given_up; null while it is under way or was broken off.")
    answer: str | None = Field(description="A code of the channel's own.")


class DeliveryShape(Shape):
    """One message to one person. What it said is not repeated here."""

    id: str
    event: str
    case_id: int | None
    person: str
    channel: str
    fate: Fate
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    answer: str | None
    attempts: list[AttemptShape]


class DeliveryListing(Listing):
    items: list[DeliveryShape]


@bp.get("/cases/<int:case_id>/deliveries")
@bp.input(PageQuery, location="query")
@bp.output(DeliveryListing)
@documented("cases", "listCaseDeliveries")
def get_case_deliveries(case_id: int, query_data: PageQuery) -> DeliveryListing:
    """Who was or is to be told of a case, newest first: through which channel, in which attempts."""
    seen_work(reading(), runtime(), actor(), case_id)
    return _listing(case_deliveries(reading(), case_id, cursor=query_data.cursor, limit=query_data.limit))


@bp.get("/deliveries")
@roles("admin")
@bp.input(LedgerQuery, location="query")
@bp.output(DeliveryListing)
@documented("operating", "listDeliveries", 403)
def get_deliveries(query_data: LedgerQuery) -> DeliveryListing:
    """The ledger of deliveries, those due last first."""
    age = timedelta(minutes=query_data.older_than) if query_data.older_than else None
    wanted = DeliveryFilter(query_data.fate, query_data.channel, age)
    return _listing(deliveries(reading(), wanted, now(), cursor=query_data.cursor, limit=query_data.limit))


def _listing(page: Page[DeliveryLine]) -> DeliveryListing:
    items = [DeliveryShape.model_validate(line) for line in page.rows]
    return DeliveryListing(items=items, next_cursor=page.next_cursor, total=page.total)
