"""Tables of the running product: the official calendar, the last tick of the clock."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base


class CalendarDay(Base):
    """A day of a year whose official calendar is known; make-up days (调休) are working days on a weekend."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    name: Mapped[str | None]
    source: Mapped[str]


class Tick(Base):
    """When each periodic task last ran to its end: what a health check can trust about workers."""

    __tablename__ = "tick"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
