"""Reports as they were issued: what was said then, kept to the byte."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class IssuedReport(Base):
    """One report signed and sent (签发); never changed. `content` is canonical JSON, `digest` its SHA-256."""

    __tablename__ = "issued_report"
    __table_args__ = (UniqueConstraint("issued_by", "idempotency_key"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    report: Mapped[str] = mapped_column(index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    area_path: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    # No list reads it.
    content: Mapped[str] = mapped_column(deferred=True)
    digest: Mapped[str]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[datetime]
    idempotency_key: Mapped[str | None]


class IssuedFile(Base):
    """One of the files a person could download at the moment of issuing, to the byte, with its SHA-256."""

    __tablename__ = "issued_report_file"
    __table_args__ = (UniqueConstraint("report_id", "format"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("issued_report.id"), index=True)
    format: Mapped[str]
    data: Mapped[bytes]
    sha256: Mapped[str]
