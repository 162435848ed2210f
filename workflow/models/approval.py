"""Rounds of approval and what people ask of each other on a case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class ApprovalRound(Base):
    """A proposal (an action with what it enters) that several people sign; a case has one open at most.

    `outcome` is None while it runs, else passed, failed, objected, overtaken or withdrawn.
    """

    __tablename__ = "approval_round"
    __table_args__ = (
        Index(
            "uq_approval_round_open_case",
            "case_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    action: Mapped[str]
    data: Mapped[dict[str, Any]]
    reason: Mapped[str | None]
    overrides: Mapped[dict[str, Any]]
    occurred_on: Mapped[date]
    opened_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[datetime]
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class Signer(Base):
    """One place in a round. `status`: waiting (for `waits_for`), asked, decided, removed or handed_over.

    `decision` is agree, refuse, abstain or object. A person can have two places with somebody between them.
    """

    __tablename__ = "signer"
    __table_args__ = (
        Index(
            "ix_signer_asked_user_id",
            "user_id",
            sqlite_where=text("status = 'asked'"),
            postgresql_where=text("status = 'asked'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("approval_round.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    weight: Mapped[int]
    status: Mapped[str]
    waits_for: Mapped[int | None] = mapped_column(ForeignKey("signer.id"))
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decision: Mapped[str | None]
    reason: Mapped[str | None]
    asked_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]


class Claim(Base):
    """Who of those who could take a step has taken it upon themselves (认领), or was given it for good (转办)."""

    __tablename__ = "claim"

    work_item_id: Mapped[int] = mapped_column(ForeignKey("work_item.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    given_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    claimed_at: Mapped[datetime]


class Question(Base):
    """Something one person asks of another on a case. `holds_signer`: a place passed on (委派) that comes back."""

    __tablename__ = "question"
    __table_args__ = (
        Index(
            "ix_question_open_to_user_id",
            "to_user_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    from_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    to_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    holds_signer: Mapped[int | None] = mapped_column(ForeignKey("signer.id"))
    text: Mapped[str]
    answer: Mapped[str | None]
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class CaseCopy(Base):
    """A person a case was copied to (抄送), once; `seen_at` when they said they had read it (已阅)."""

    __tablename__ = "case_copy"
    __table_args__ = (UniqueConstraint("case_id", "user_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    copied_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    copied_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class Draft(Base):
    """What a person typed for an action and put aside (暂存); the newest one of each."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "case_id", "action"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    action: Mapped[str]
    values: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class OpinionTemplate(Base):
    """A wording kept for reasons and opinions: a person's own, or one of a whole body."""

    __tablename__ = "opinion_template"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    text: Mapped[str]
    created_at: Mapped[datetime]
