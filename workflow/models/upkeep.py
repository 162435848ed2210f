"""Tables of the running product: the official calendar and what its changes moved, the last tick of the clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class CalendarDay(Base):
    """A day of a year whose official calendar is known; make-up days (调休) are working days on a weekend."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    name: Mapped[str | None]
    source: Mapped[str]


class CalendarYear(Base):
    """A year with days of its own. Until it `is_complete`, what is counted through it stays provisional (暂算)."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_complete: Mapped[bool]
    source: Mapped[str]


class CalendarImport(Base):
    """A year as it was put in; the newest number is the version of the whole calendar.

    `days` are those that differ from the weekly rule: day, kind and reason. `moved` counts the deadlines whose day
    changed. `swept_at`: every deadline was looked at; `finished_at`: and once more, after all programs had seen it.
    """

    __tablename__ = "calendar_import"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    year: Mapped[int]
    filename: Mapped[str]
    is_complete: Mapped[bool]
    days: Mapped[list[dict[str, Any]]]
    moved: Mapped[int] = mapped_column(default=0)
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    imported_at: Mapped[datetime]
    swept_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class DeadlineMove(Base):
    """A deadline that another calendar gave another day, or made certain. Rows are only added."""

    __tablename__ = "deadline_move"
    __table_args__ = (Index("ix_deadline_move_import_id", "import_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("calendar_import.id"))
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    code: Mapped[str]
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    was_provisional: Mapped[bool]
    is_provisional: Mapped[bool]
    moved_at: Mapped[datetime]


class Tick(Base):
    """When each periodic task last ran to its end: what a health check can trust about workers."""

    __tablename__ = "tick"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
