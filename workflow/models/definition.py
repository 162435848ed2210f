"""Published versions of a process, and which of them is in force. Both tables are append-only, held by triggers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class DefinitionVersion(Base):
    """One version, whole: `source` is the text of its file, `digest` the SHA-256 of that text."""

    __tablename__ = "definition_version"

    process: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    source: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str | None]


class DefinitionInForce(Base):
    """New cases of a process begin with the version of its row with the highest `number`.

    A publication adds a row, and so does going back to an older version: nothing is overwritten, and of two that come
    at once the database lets one have the number.
    """

    __tablename__ = "definition_in_force"
    __table_args__ = (
        UniqueConstraint("process", "number"),
        UniqueConstraint("set_by", "idempotency_key"),
        ForeignKeyConstraint(["process", "version"], ["definition_version.process", "definition_version.version"]),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    process: Mapped[str]
    number: Mapped[int]
    version: Mapped[int]
    since: Mapped[datetime]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    request_digest: Mapped[str | None]
