"""Training sessions for the four audiences of the district's report, and who attended them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key
from workflow.text import Text


class Audience(StrEnum):
    OWNERS = "owners"
    WORKERS = "workers"
    EMPLOYEES = "employees"
    ACTIVISTS = "activists"


AUDIENCE_NAMES = {
    Audience.OWNERS: Text("党员企业主", "owners who are members"),
    Audience.WORKERS: Text("党务工作者", "Party workers"),
    Audience.EMPLOYEES: Text("职工党员", "employees who are members"),
    Audience.ACTIVISTS: Text("入党积极分子", "activists"),
}


class Training(Base):
    """One session. `for_targets`: it is the concentrated training (短期集中培训) that PG08 asks of targets.

    Held by `organisation_id`, whose area may see it; it lasted `hours` on the days from `from_on` to `to_on`.
    """

    __tablename__ = "training"
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="days_in_order"),
        CheckConstraint("hours >= 0", name="hours_not_negative"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    audience: Mapped[str]
    for_targets: Mapped[bool]
    title: Mapped[str]
    place: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date]
    hours: Mapped[int]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]

    @property
    def days(self) -> int:
        return (self.to_on - self.from_on).days + 1


class Attendance(Base):
    """A person at a session: how many days and hours of it, and the certificate where one was given."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("training_id", "person_id"),
        CheckConstraint("days >= 0 AND hours >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    days: Mapped[int]
    hours: Mapped[int]
    certificate_no: Mapped[str | None]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
