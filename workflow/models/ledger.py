"""The history that proves who decided what. Both tables are append-only, held by database triggers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class LedgerEntry(Base):
    """One entry for each action, chained to the case's last one. No personal data: names and reasons stand in
    `LedgerContent`, and only their salted digest is chained here.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        UniqueConstraint("actor_id", "idempotency_key"),
        # What moved in a month is answered from this index alone.
        Index("ix_ledger_entry_occurred_on", "occurred_on", "to_state", "from_state", "case_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    seq: Mapped[int]
    action: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # The person in whose place the actor acted; the role is that person's.
    principal_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime]
    definition_version: Mapped[int]
    rules_version: Mapped[str]
    content_digest: Mapped[str]
    idempotency_key: Mapped[str | None]
    request_digest: Mapped[str | None]
    prev_hash: Mapped[str]
    hash: Mapped[str]


class LedgerContent(Base):
    """What was entered with the action: data, reason, documents, overridden guards, deadlines moved."""

    __tablename__ = "ledger_content"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[str]
    content: Mapped[dict[str, Any]]
