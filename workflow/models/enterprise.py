"""Enterprises, their head-counts as reported over time, and the visits made to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class Enterprise(Base):
    """The head-count columns are kept here so that lists need no join: from the newest `HeadCount` row, or counted from
    persons (`workflow/members/counting.py`) where those are kept. `*_source` says which: figures or persons.
    `branch_id` is the branch that was founded here, as a body of its own.
    """

    __tablename__ = "enterprise"
    __table_args__ = (CheckConstraint("full_members >= 0 AND probationary_members >= 0", name="members_not_negative"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    credit_code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    town_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    chamber_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    founded_on: Mapped[date | None]
    employees: Mapped[int | None]
    on_scale: Mapped[bool | None]
    high_tech: Mapped[bool | None]
    full_members: Mapped[int] = mapped_column(default=0)
    probationary_members: Mapped[int] = mapped_column(default=0)
    activists: Mapped[int] = mapped_column(default=0)
    applicants: Mapped[int] = mapped_column(default=0)
    members_in_transit: Mapped[int] = mapped_column(default=0)
    members_source: Mapped[str] = mapped_column(default="figures", server_default="figures")
    applicants_source: Mapped[str] = mapped_column(default="figures", server_default="figures")
    has_branch: Mapped[bool] = mapped_column(default=False)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    industry: Mapped[str | None]
    intended_form: Mapped[str | None]
    remark: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class HeadCount(Base):
    """Members and applicants of an enterprise as figures on a day; rows are added, never changed."""

    __tablename__ = "head_count"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    counted_on: Mapped[date]
    full_members: Mapped[int]
    probationary_members: Mapped[int]
    activists: Mapped[int]
    applicants: Mapped[int]
    members_in_transit: Mapped[int] = mapped_column(default=0)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]


class Visit(Base):
    """One visit (走访) of an instructor; `is_late` marks an entry made more than the allowed days after (补录)."""

    __tablename__ = "visit"
    # A person's last visit is the end of the person's part of this index.
    __table_args__ = (Index("ix_visit_instructor_id_visited_on", "instructor_id", "visited_on"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    visited_on: Mapped[date]
    met: Mapped[str]
    topics: Mapped[str]
    findings: Mapped[str | None]
    next_step: Mapped[str | None]
    met_owner: Mapped[bool] = mapped_column(default=False)
    is_late: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
