"""Tables of the running product: the official calendar, imports, the last tick of the clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class CalendarDay(Base):
    """A day of a year whose official calendar is known; make-up days (调休) are working days on a weekend."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    name: Mapped[str | None]
    source: Mapped[str]


class ImportJob(Base):
    """A roster import. `status`: waiting, running, done, failed; `counts` is the report once it is done.

    While it runs, `heartbeat_at` moves; one that stands still means the worker died, and the job is taken up again,
    at most a few `attempts` long.
    """

    __tablename__ = "import_job"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    filename: Mapped[str]
    stored_name: Mapped[str]
    dry_run: Mapped[bool]
    create_organisations: Mapped[bool]
    status: Mapped[str]
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]]
    message: Mapped[dict[str, Any] | None]
    started_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]


class Tick(Base):
    """When each periodic task last ran to its end: what a health check can trust about workers."""

    __tablename__ = "tick"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
