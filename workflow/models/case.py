"""The case: one enterprise's way to a branch, or one person's into the Party, and what waits on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


def _open_cases(name: str, column: str, which: str) -> Index:
    is_open = text(f"finished_on IS NULL AND {which}")
    return Index(name, column, unique=True, sqlite_where=is_open, postgresql_where=is_open)


class Case(Base):
    """`version` equals the number of ledger entries; only the engine writes here (a test tries otherwise).

    `committee_id` is the body that decides: the nearest one at or above the chamber that may approve.
    `scope_path` copies the chamber's path, so that the engine can judge scope without reading the tree.
    `facts` holds the newest value of everything entered with an action; the ledger keeps all of them.
    `joint_case_id` is the lead unit's case that this one joined (并入联合支部).
    `undo` is what the last step found, for as long as whoever took it may take it back.
    `person_id` is set on a person's case (发展党员) alone: its enterprise is where the person works, its chamber the
    person's host, and `founding()` leaves it out.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        # G09: one open founding for an enterprise and one open case for a person, decided by the database and not by a
        # look before the leap.
        _open_cases("uq_case_file_open_enterprise", "enterprise_id", "person_id IS NULL"),
        _open_cases("uq_case_file_open_person", "person_id", "person_id IS NOT NULL"),
        # With the person in them: what is counted of foundings alone is answered from these indexes alone.
        Index("ix_case_file_state_chamber_id", "state", "chamber_id", "person_id"),
        Index("ix_case_file_chamber_id_state", "chamber_id", "state", "person_id"),
        # The order of lists; `workflow/queries/case_list.py` names it.
        Index("ix_case_file_state_since", "state_since"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    process: Mapped[str]
    definition_version: Mapped[int]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    chamber_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    committee_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    scope_path: Mapped[str]
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    submitter_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    form: Mapped[str] = mapped_column(default="single")
    joint_case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    held_from: Mapped[str | None]
    last_occurred_on: Mapped[date]
    founding_approved_on: Mapped[date | None]
    result_approved_on: Mapped[date | None]
    filed_on: Mapped[date | None]
    established_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    facts: Mapped[dict[str, Any]]
    ledger_head: Mapped[str]
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    # No list reads it.
    undo: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)


def founding() -> ColumnElement[bool]:
    """The condition that leaves persons' cases out: every list, figure and report of foundings has it."""
    return Case.person_id.is_(None)


def _open_items(name: str, *columns: str, unique: bool = False) -> Index:
    is_open = text("closed_at IS NULL")
    return Index(name, *columns, unique=unique, sqlite_where=is_open, postgresql_where=is_open)


class WorkItem(Base):
    """A person's to-do; a case has one open at most.

    It belongs to one named person, or to whoever holds `role` at the organisation.
    """

    __tablename__ = "work_item"
    # Only what is open is ever searched: closed items stay out of the indexes.
    __table_args__ = (
        _open_items("uq_work_item_open_case", "case_id", unique=True),
        _open_items("ix_work_item_open_holder", "organisation_id", "role", "state", "case_id"),
        _open_items("ix_work_item_open_person", "user_id"),
        _open_items("ix_work_item_open_due_on", "due_on", "case_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    state: Mapped[str]
    role: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Deadline(Base):
    """A clock on a case. `status` is running, paused or stopped; `days_left` is kept while paused.

    `pauses`, the oldest first: `from` and `to` (days), `left` in `unit`, `why` ("all" or the action that paused it) and
    `again`, whether the whole time followed it rather than what was left.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "uq_deadline_running",
            "case_id",
            "code",
            unique=True,
            sqlite_where=text("status <> 'stopped'"),
            postgresql_where=text("status <> 'stopped'"),
        ),
        Index("ix_deadline_status_next_alert_on", "status", "next_alert_on"),
        Index("ix_deadline_status_due_on", "status", "due_on"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    code: Mapped[str]
    status: Mapped[str]
    starts_on: Mapped[date]
    due_on: Mapped[date]
    provisional: Mapped[bool]
    next_alert_on: Mapped[date | None]
    days_left: Mapped[int | None]
    pauses: Mapped[list[dict[str, Any]] | None]
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class Assignment(Base):
    """Who was the instructor of a case, from when to when, by whom and why. Rows are closed, never removed."""

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    assigned_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    reason: Mapped[str | None]
    # Why this one, in both languages; older rows have none.
    basis: Mapped[dict[str, Any] | None]
