"""What happened on a case, in words and with its proof."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pydantic import Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Shape, Words, shaped
from web.context import reading, runtime
from workflow.queries.ledger_links import ledger_links
from workflow.queries.seen import seen_work
from workflow.queries.timeline import timeline


class OverriddenShape(Shape):
    code: str
    text: Words
    reason: str | None


class EntryShape(Shape):
    """One entry of the chained history. `hash` is SHA-256 over the entry and `prev_hash`."""

    seq: int
    action: str
    label: Words
    person: str | None = Field(description="Null where the system acted.")
    principal: str | None = Field(description="In whose place the person acted; null where in their own right.")
    role: Words
    role_code: str
    body: str | None
    from_state: str | None
    to_state: str
    occurred_on: date
    recorded_at: datetime
    is_late: bool = Field(description="Entered on a later day than it happened.")
    reason: str | None
    data: dict[str, Any]
    overridden: list[OverriddenShape]
    definition_version: int
    rules_version: str
    prev_hash: str
    hash: str


class HistoryShape(Shape):
    items: list[EntryShape]


@bp.get("/cases/<int:case_id>/history")
@bp.output(HistoryShape)
@documented("cases", "getHistory")
def get_history(case_id: int) -> HistoryShape:
    """Everything that happened on a case, oldest first."""
    work = seen_work(reading(), runtime(), actor(), case_id)
    links = ledger_links(reading(), case_id)
    events = timeline(reading(), runtime().versions(reading(), work.case.process), case_id)
    return HistoryShape(items=[shaped(EntryShape, event, **asdict(links[event.seq])) for event in reversed(events)])
