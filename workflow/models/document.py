"""Papers of a case. The bytes lie under random names in the data folder; the row says what they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class Document(Base):
    """`code` is that of the catalogue (D01 ...); a newer version names the row it replaces by its number."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("case_id", "code", "version"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    code: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    filename: Mapped[str]
    stored_name: Mapped[str] = mapped_column(unique=True)
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime]
