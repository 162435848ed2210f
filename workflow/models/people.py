"""Who stands in for whom and when, who is away, and what a case is handed over with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class Substitution(Base):
    """One person (代理人) acts in a role of another (委托人), from a day to a day.

    Only on cases below `organisation_id` that stand in one of its `SubstitutionState` rows. In force while the day is
    inside and `ended_at` is empty; it ends by itself.
    """

    __tablename__ = "substitution"
    __table_args__ = (
        CheckConstraint("principal_id <> substitute_id", name="not_oneself"),
        CheckConstraint("from_on <= to_on", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    leave_id: Mapped[int | None] = mapped_column(ForeignKey("leave.id"))
    created_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class SubstitutionState(Base):
    """A state in which the substitute may act."""

    __tablename__ = "substitution_state"

    substitution_id: Mapped[int] = mapped_column(ForeignKey("substitution.id"), primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)


class Leave(Base):
    """A person is away from a day to a day; what waits for them waits for a substitute, or for nobody."""

    __tablename__ = "leave"
    __table_args__ = (CheckConstraint("from_on <= to_on", name="days_in_order"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    created_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class HandoverPack(Base):
    """What a case was handed over with (交接单), as it was at that moment.

    `receiver_id` is empty until somebody takes the case on. It is signed by the receiver, or superseded where the case
    was handed on before that.
    """

    __tablename__ = "handover_pack"
    __table_args__ = (Index("ix_handover_pack_receiver_id_signed_at", "receiver_id", "signed_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    leaver_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]


class KeptAnswer(Base):
    """The first answer to a request about people that came with an idempotency key."""

    __tablename__ = "kept_answer"
    __table_args__ = (UniqueConstraint("actor_id", "idempotency_key"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    idempotency_key: Mapped[str]
    request_digest: Mapped[str]
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
