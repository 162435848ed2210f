"""What the product could not put right by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class Incident(Base):
    """`open_key` names kind and subject while it is open, so that a fault seen again is counted, not doubled."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_status_last_at", "status", "last_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    open_key: Mapped[str | None] = mapped_column(unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    outbox_id: Mapped[str | None] = mapped_column(ForeignKey("outbox.id"))
    cause: Mapped[str]
    status: Mapped[str]
    times: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str | None]
