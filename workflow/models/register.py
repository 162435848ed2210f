"""What every register of the district shares: rows that are added and never changed, and how one is corrected."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Constraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from workflow.models.base import Key


class Source(StrEnum):
    LEDGER = "ledger"  # a row of an imported ledger (台账)
    ENTRY = "entry"  # entered by a person


class Register:
    """A row that stands until another one names it in `replaces_id`; a withdrawn row only takes the older one away.

    `import_key` says which line of a ledger the row is, `imported_digest` what that line said: a line that was
    imported once is passed over ever after, whatever became of its row since.
    """

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source: Mapped[str] = mapped_column(default=Source.ENTRY)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    correction_reason: Mapped[str | None]
    import_key: Mapped[str | None]
    imported_digest: Mapped[str | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]

    @declared_attr
    def replaces_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"), unique=True)  # type: ignore[attr-defined]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Constraint, ...]:
        return (UniqueConstraint("import_key", "imported_digest"),)
