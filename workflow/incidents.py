"""What the product could not put right by itself, for an operator to settle.

A fault is one open incident however often it is seen: kind and subject are its key while it is open. It is closed by an
operator (tried again, or dismissed with a reason) or by itself where it is no longer found. The row stays.
Nothing here commits; the caller's unit of work does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.dialects import upsert
from workflow.models import Incident
from workflow.text import Text


class Kind(StrEnum):
    """The kinds up to TASK_UNREADABLE are raised where they happen, the others by the reconciler."""

    DELIVERY_FAILED = "delivery_failed"
    PAYLOAD_UNREADABLE = "payload_unreadable"
    CHANNEL_MISSING = "channel_missing"
    WORKER_LOST = "worker_lost"
    TASK_UNKNOWN = "task_unknown"
    TASK_UNREADABLE = "task_unreadable"
    STATE_DIFFERS = "state_differs"
    CHAIN_BROKEN = "chain_broken"
    ENTRIES_MISSING = "entries_missing"
    NOTICE_MISSING = "notice_missing"
    NOTICE_ORPHAN = "notice_orphan"
    DELIVERY_STUCK = "delivery_stuck"
    NOBODY_HOLDS = "nobody_holds"
    CLOCK_WRONG = "clock_wrong"
    FILE_DAMAGED = "file_damaged"
    TICK_SILENT = "tick_silent"


KIND_NAMES = {
    Kind.DELIVERY_FAILED: Text("通知未送达", "Delivery failed"),
    Kind.PAYLOAD_UNREADABLE: Text("通知内容无法读取", "Notice cannot be read"),
    Kind.CHANNEL_MISSING: Text("通知渠道未设置", "Channel is not set up"),
    Kind.WORKER_LOST: Text("发送时工作进程中断", "The worker ended while sending"),
    Kind.TASK_UNKNOWN: Text("队列中有未知任务", "Unknown task in the queue"),
    Kind.TASK_UNREADABLE: Text("队列消息无法读取", "Unreadable message in the queue"),
    Kind.STATE_DIFFERS: Text("案件状态与办理过程不符", "State differs from the history"),
    Kind.CHAIN_BROKEN: Text("办理过程的链断裂", "The history's chain is broken"),
    Kind.ENTRIES_MISSING: Text("办理过程条数不符", "Entries of the history are missing"),
    Kind.NOTICE_MISSING: Text("已办事项没有通知", "A step without its notices"),
    Kind.NOTICE_ORPHAN: Text("通知没有对应事项", "A notice without its step"),
    Kind.DELIVERY_STUCK: Text("通知滞留", "Delivery is stuck"),
    Kind.NOBODY_HOLDS: Text("案件无人办理", "Nobody holds the case"),
    Kind.CLOCK_WRONG: Text("期限与案件状态不符", "A deadline does not fit the case"),
    Kind.FILE_DAMAGED: Text("文件缺失或内容改变", "A file is missing or was changed"),
    Kind.TICK_SILENT: Text("定时任务没有运行", "A periodic task is silent"),
}

# While one of these is open, a case is shown as under check: what its page says may not be what happened.
UNDER_CHECK = (Kind.STATE_DIFFERS, Kind.CHAIN_BROKEN, Kind.ENTRIES_MISSING)


class Status(StrEnum):
    OPEN = "open"
    RETRIED = "retried"
    DISMISSED = "dismissed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault as it is seen: `subject` names the row, `cause` says what is wrong with it, without personal data."""

    kind: Kind
    subject: str
    cause: str
    case_id: int | None = None
    outbox_id: str | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject}"


def raise_incident(session: Session, found: Finding, now: datetime) -> None:
    """Opens an incident, or counts on the open one of this kind and subject."""
    row = {
        "kind": found.kind.value,
        "subject": found.subject,
        "open_key": found.key,
        "case_id": found.case_id,
        "outbox_id": found.outbox_id,
        "cause": found.cause,
        "status": Status.OPEN.value,
        "times": 1,
        "first_at": now,
        "last_at": now,
    }
    seen_again = {"times": Incident.times + 1, "last_at": now, "cause": found.cause}
    upsert(session, Incident, ["open_key"], row, seen_again)


def resolve(session: Session, incident_ids: Collection[int], now: datetime) -> None:
    """Closes what is no longer found, in nobody's name."""
    if incident_ids:
        session.execute(
            update(Incident)
            .where(Incident.id.in_(incident_ids), Incident.status == Status.OPEN)
            .values(status=Status.RESOLVED, open_key=None, closed_at=now)
        )


def is_under_check(session: Session, case_id: int) -> bool:
    """Whether what the case's page says may not be what happened."""
    damaged = select(Incident.id).where(Incident.open_key.in_([f"{kind}:case:{case_id}" for kind in UNDER_CHECK]))
    return session.scalar(damaged.limit(1)) is not None
