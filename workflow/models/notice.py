"""What must be told (outbox), and what was told in the application itself (notice)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class OutboxRow(Base):
    """One effect for each (event, person, channel). `status`: those of `workflow.outbox.Status`.

    Of each event a person has one row of the channel in_app; its `spread_at` says when those of the channels outside
    were made beside it, and theirs when they were let go. A row told in one message with others names that message's
    row, of the kind digest, in `bundle_id`.

    The row is written with the change it tells of; Celery messages carry only its id, so the broker may forget.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("event", "user_id", "channel"),
        Index("ix_outbox_status_due_at", "status", "due_at"),
        Index("ix_outbox_spread_at", "channel", "spread_at", "due_at"),
        Index(
            "ix_outbox_outside",
            "user_id",
            "channel",
            "spread_at",
            sqlite_where=text("channel <> 'in_app'"),
            postgresql_where=text("channel <> 'in_app'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str]
    kind: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    channel: Mapped[str]
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(default="new")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    spread_at: Mapped[datetime | None]
    bundle_id: Mapped[str | None] = mapped_column(index=True)


class Notice(Base):
    """A line in a person's notice list."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("event", "user_id"),
        Index("ix_notice_user_id_read_at", "user_id", "read_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    event: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    kind: Mapped[str]
    title: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
