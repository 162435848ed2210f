"""The incidents as an operator reads them: what is open first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.incidents import KIND_NAMES, Kind, Status
from workflow.models import Incident, User
from workflow.queries.cursor import Page, read_cursor, write_cursor
from workflow.text import Text

STATUS_NAMES = {
    Status.OPEN: Text("待处理", "Open"),
    Status.RETRIED: Text("已重试", "Tried again"),
    Status.DISMISSED: Text("已忽略", "Dismissed"),
    Status.RESOLVED: Text("已恢复", "Resolved by itself"),
}


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """`may_retry` where there is a message to try again; `closed_by` is None where it closed by itself."""

    id: int
    kind: str
    subject: str
    cause: str
    case_id: int | None
    outbox_id: str | None
    status: str
    times: int
    first_at: datetime
    last_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    reason: str | None

    @property
    def kind_name(self) -> Text:
        return KIND_NAMES[Kind(self.kind)]

    @property
    def status_name(self) -> Text:
        return STATUS_NAMES[Status(self.status)]

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN

    @property
    def may_retry(self) -> bool:
        return self.is_open and self.outbox_id is not None and self.kind != Kind.DELIVERY_STUCK


def incidents(
    session: Session, *, is_open: bool = True, kind: str = "", cursor: str = "", limit: int = 50
) -> Page[IncidentLine]:
    """Newest first. Raises InvalidInput for a cursor that is not one of ours."""
    chosen = [(Incident.status == Status.OPEN) if is_open else (Incident.status != Status.OPEN)]
    if kind:
        chosen.append(Incident.kind == kind)
    total = session.scalar(select(func.count()).select_from(Incident).where(*chosen)) or 0
    query = select(Incident, User.display_name).outerjoin(User, User.id == Incident.closed_by).where(*chosen)
    if cursor:
        query = query.where(Incident.id < read_cursor(cursor)[1])
    rows = session.execute(query.order_by(Incident.id.desc()).limit(limit + 1)).all()
    following = write_cursor("", rows[limit - 1][0].id) if len(rows) > limit else None
    return Page(tuple(_line(row, name) for row, name in rows[:limit]), following, total)


def incident(session: Session, incident_id: int) -> IncidentLine:
    """Raises NotFound."""
    query = select(Incident, User.display_name).outerjoin(User, User.id == Incident.closed_by)
    row = session.execute(query.where(Incident.id == incident_id)).first()
    if row is None:
        raise NotFound("incident", incident_id)
    return _line(row[0], row[1])


def open_incidents(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Incident).where(Incident.status == Status.OPEN)) or 0


def _line(row: Incident, closed_by: str | None) -> IncidentLine:
    return IncidentLine(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        cause=row.cause,
        case_id=row.case_id,
        outbox_id=row.outbox_id,
        status=row.status,
        times=row.times,
        first_at=row.first_at,
        last_at=row.last_at,
        closed_at=row.closed_at,
        closed_by=closed_by,
        reason=row.reason,
    )
