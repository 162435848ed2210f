"""What the product could not put right by itself, for the operator."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from pydantic import Field

from web.api.blueprint import bp, documented
from web.api.shapes import Cursor, Flag, Input, Line, Listing, PageSize, Shape, Words, is_set
from web.auth.access import me, roles
from web.context import now, reading, runtime
from workflow.queries.incidents import incidents
from workflow.settling import LONGEST_REASON, dismiss, retry


class IncidentQuery(Input):
    settled: Flag = Field("", description="Those that were settled instead of the open ones.")
    kind: Line = Field("", max_length=50)
    cursor: Cursor = ""
    limit: PageSize = 50


class IncidentShape(Shape):
    """`subject` names the row it is about; `times` counts how often it was seen."""

    id: int
    kind: str
    kind_name: Words
    subject: str
    cause: str
    case_id: int | None
    outbox_id: str | None
    status: str = Field(description="open, retried, dismissed or resolved (no longer found).")
    may_retry: bool
    times: int
    first_at: datetime
    last_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    reason: str | None


class IncidentListing(Listing):
    items: list[IncidentShape]


class Dismissal(Input):
    reason: Line = Field(max_length=LONGEST_REASON, description="Why it may be dismissed; it stays with the incident.")


@bp.get("/incidents")
@roles("admin")
@bp.input(IncidentQuery, location="query")
@bp.output(IncidentListing)
@documented("operating", "listIncidents", 403)
def get_incidents(query_data: IncidentQuery) -> IncidentListing:
    """Incidents, newest first."""
    page = incidents(
        reading(),
        is_open=not is_set(query_data.settled),
        kind=query_data.kind,
        cursor=query_data.cursor,
        limit=query_data.limit,
    )
    items = [IncidentShape.model_validate(line) for line in page.rows]
    return IncidentListing(items=items, next_cursor=page.next_cursor, total=page.total)


@bp.post("/incidents/<int:incident_id>/retry")
@roles("admin")
@bp.output({}, 204)
@documented("operating", "retryIncident", 403, 409)
def post_incident_retry(incident_id: int) -> Response:
    """Try the message again, with fresh attempts."""
    with runtime().db.unit_of_work() as session:
        retry(session, incident_id, me().id, now())
    return Response(status=204)


@bp.post("/incidents/<int:incident_id>/dismiss")
@roles("admin")
@bp.input(Dismissal)
@bp.output({}, 204)
@documented("operating", "dismissIncident", 403, 409)
def post_incident_dismiss(incident_id: int, json_data: Dismissal) -> Response:
    """Close an incident with a reason."""
    with runtime().db.unit_of_work() as session:
        dismiss(session, incident_id, me().id, json_data.reason, now())
    return Response(status=204)
