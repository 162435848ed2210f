"""What became of each message: to whom, through which channel, in which attempts, with which answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.channels import CHANNELS
from workflow.models import DeliveryAttempt, Notice, OutboxRow, User
from workflow.outbox import IN_APP, WAITING, Status
from workflow.queries.cursor import Page, bad_cursor
from workflow.text import Text
from workflow.wishes.addresses import EMAIL, EMAIL_NAME

CHANNEL_NAMES = {
    IN_APP: Text("站内", "In the application"),
    EMAIL: EMAIL_NAME,
    **{name: kind.label for name, kind in CHANNELS.items()},
}

WAITS, SENT, FAILED, WITHDRAWN = "waiting", "sent", "failed", "withdrawn"
FATE_NAMES = {
    WAITS: Text("待送达", "Under way"),
    SENT: Text("已送达", "Delivered"),
    FAILED: Text("未能送达", "Not delivered"),
    WITHDRAWN: Text("已撤回", "Withdrawn"),
}
RESULT_NAMES = {
    "sent": Text("已送达", "delivered"),
    "failed": Text("未成功，稍后再试", "failed, tried again later"),
    "given_up": Text("未成功，不再自动重试", "failed, given up"),
    None: Text("进行中或已中断", "under way or broken off"),
}


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt; `result` is None while it is under way, and for ever where its worker ended in it."""

    number: int
    began_at: datetime
    ended_at: datetime | None
    result: str | None
    answer: str | None

    @property
    def result_name(self) -> Text:
        return RESULT_NAMES[self.result]


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One message to one person. `fate` is waiting, sent, failed or withdrawn; that of a message told together with
    others is the fate of the message it was told in.
    """

    id: str
    event: str
    case_id: int | None
    person: str
    channel: str
    fate: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    answer: str | None
    attempts: tuple[AttemptLine, ...]
    # When the person read the notice in the application; only of a case's newest change.
    read_at: datetime | None = None

    @property
    def channel_name(self) -> Text:
        return CHANNEL_NAMES.get(self.channel, Text(self.channel, self.channel))

    @property
    def fate_name(self) -> Text:
        return FATE_NAMES[self.fate]


@dataclass(frozen=True, slots=True)
class CaseDeliveries:
    """The messages of the newest change that was told."""

    lines: tuple[DeliveryLine, ...]

    @property
    def due(self) -> int:
        return sum(line.fate != WITHDRAWN for line in self.lines)

    @property
    def delivered(self) -> int:
        return sum(line.fate == SENT for line in self.lines)


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """`fate` is one of those of a line; `older_than` counts from when the message was written."""

    fate: str = WAITS
    channel: str = ""
    older_than: timedelta | None = None


def fate_of(status: str) -> str:
    if status in (Status.SENT, Status.FAILED, Status.WITHDRAWN):
        return status
    return WAITS


def newest_deliveries(session: Session, case_id: int) -> CaseDeliveries:
    """Of the newest transition that was told of; one query."""
    newest = (
        select(OutboxRow.event)
        .where(OutboxRow.case_id == case_id, OutboxRow.kind == "transition")
        # The event ends with the case's version: the longer number is the newer one.
        .order_by(func.length(OutboxRow.event).desc(), OutboxRow.event.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        _rows()
        .add_columns(Notice.read_at, *_ATTEMPT)
        .outerjoin(DeliveryAttempt, DeliveryAttempt.outbox_id == func.coalesce(_LEAD.id, OutboxRow.id))
        .outerjoin(Notice, and_(Notice.event == OutboxRow.event, Notice.user_id == OutboxRow.user_id))
        .where(OutboxRow.case_id == case_id, OutboxRow.event == newest)
        .order_by(User.display_name, OutboxRow.channel.desc(), OutboxRow.id, DeliveryAttempt.number)
    )
    by_row = groupby(session.execute(query), key=attrgetter("id"))
    return CaseDeliveries(tuple(_told_line(list(rows)) for _, rows in by_row))


def case_deliveries(session: Session, case_id: int, *, cursor: str = "", limit: int = 50) -> Page[DeliveryLine]:
    """Everything that was or is to be told of a case, newest first."""
    return _page(session, [OutboxRow.case_id == case_id], OutboxRow.created_at, cursor, limit)


def deliveries(
    session: Session, wanted: DeliveryFilter, now: datetime, *, cursor: str = "", limit: int = 50
) -> Page[DeliveryLine]:
    """The ledger of deliveries, those due last first. Raises InvalidInput for a cursor that is not one of ours."""
    statuses = [status.value for status in (Status.HELD, *WAITING)] if wanted.fate == WAITS else [wanted.fate]
    chosen: list[ColumnElement[bool]] = [OutboxRow.status.in_(statuses)]
    if wanted.channel:
        chosen.append(OutboxRow.channel == wanted.channel)
    if wanted.older_than is not None:
        chosen.append(OutboxRow.created_at <= now - wanted.older_than)
    return _page(session, chosen, OutboxRow.due_at, cursor, limit)


def channels_known(session: Session) -> list[str]:
    """Those of which there is a message."""
    return list(session.scalars(select(OutboxRow.channel).distinct().order_by(OutboxRow.channel)))


def _page(
    session: Session, chosen: Sequence[ColumnElement[bool]], order: Any, cursor: str, limit: int
) -> Page[DeliveryLine]:
    total = session.scalar(select(func.count()).select_from(OutboxRow).where(*chosen)) or 0
    query = _rows().where(*chosen).order_by(order.desc(), OutboxRow.id.desc()).limit(limit + 1)
    if cursor:
        at, row_id = _place(cursor)
        query = query.where(or_(order < at, and_(order == at, OutboxRow.id < row_id)))
    rows = session.execute(query).all()
    page = tuple(_lines(session, rows[:limit]))
    return Page(page, _cursor(rows[limit - 1], order.key) if len(rows) > limit else None, total)


def _cursor(row: Row[Any], order: str) -> str:
    at: datetime = getattr(row, order)
    return f"{at.isoformat()}~{row.id}"


def _place(cursor: str) -> tuple[datetime, str]:
    at, _, row_id = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise bad_cursor() from error
    if moment.tzinfo is None or not row_id:
        raise bad_cursor()
    return moment, row_id


_LEAD = aliased(OutboxRow)
_ATTEMPT = (
    DeliveryAttempt.number,
    DeliveryAttempt.began_at,
    DeliveryAttempt.ended_at,
    DeliveryAttempt.result,
    DeliveryAttempt.answer,
)


def _rows() -> Select[*tuple[Any, ...]]:
    """A row with the fate of the one it was told in, where it was told in another."""
    return (
        select(
            OutboxRow.id,
            OutboxRow.event,
            OutboxRow.case_id,
            User.display_name.label("person"),
            OutboxRow.channel,
            OutboxRow.created_at,
            OutboxRow.due_at,
            func.coalesce(_LEAD.id, OutboxRow.id).label("lead_id"),
            func.coalesce(_LEAD.status, OutboxRow.status).label("status"),
            func.coalesce(_LEAD.sent_at, OutboxRow.sent_at).label("sent_at"),
            func.coalesce(_LEAD.last_error, OutboxRow.last_error).label("answer"),
        )
        .join(User, User.id == OutboxRow.user_id)
        .outerjoin(_LEAD, _LEAD.id == OutboxRow.bundle_id)
    )


def _lines(session: Session, rows: Iterable[Row[Any]]) -> list[DeliveryLine]:
    rows = list(rows)
    tried = _attempts(session, {row.lead_id for row in rows})
    return [_line(row, tried.get(row.lead_id, ())) for row in rows]


def _told_line(rows: Sequence[Row[Any]]) -> DeliveryLine:
    """Of one message joined with its attempts."""
    tried = [AttemptLine(*(getattr(row, one.key) for one in _ATTEMPT)) for row in rows if row.number is not None]
    return _line(rows[0], tried, rows[0].read_at)


def _line(row: Row[Any], attempts: Sequence[AttemptLine], read_at: datetime | None = None) -> DeliveryLine:
    return DeliveryLine(
        id=row.id,
        event=row.event,
        case_id=row.case_id,
        person=row.person,
        channel=row.channel,
        fate=fate_of(row.status),
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        answer=row.answer,
        attempts=tuple(attempts),
        read_at=read_at,
    )


def _attempts(session: Session, outbox_ids: Iterable[str]) -> dict[str, list[AttemptLine]]:
    found: dict[str, list[AttemptLine]] = {}
    query = select(DeliveryAttempt).where(DeliveryAttempt.outbox_id.in_(sorted(outbox_ids)))
    for one in session.scalars(query.order_by(DeliveryAttempt.outbox_id, DeliveryAttempt.number)):
        line = AttemptLine(one.number, one.began_at, one.ended_at, one.result, one.answer)
        found.setdefault(one.outbox_id, []).append(line)
    return found
