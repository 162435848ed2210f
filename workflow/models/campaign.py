"""What the district does for its enterprises besides the cases: contact points, stations, activities, honours."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Constraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from workflow.models.base import Base
from workflow.models.register import Register


class HonourKind(StrEnum):
    DEMONSTRATION_SITE = "demonstration_site"  # 示范点
    MODEL = "model"  # 先进典型
    HARMONIOUS_ENTERPRISE = "harmonious_enterprise"  # 和谐企业


class PriorityKind(StrEnum):
    GROWING = "growing"  # 具有发展潜力
    SMALL_TECH = "small_tech"  # 中小科技型企业
    HIGH_TECH = "high_tech"  # 高新技术企业


class LeaderContact(Register, Base):
    """A leading cadre's contact point (领导干部联系点) at an enterprise (domain section 6.4)."""

    __tablename__ = "leader_contact"

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    leader: Mapped[str | None]
    post: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class LeaderVisit(Register, Base):
    """A visit of a leading cadre to the contact point."""

    __tablename__ = "leader_visit"

    contact_id: Mapped[int] = mapped_column(ForeignKey("leader_contact.id"), index=True)
    visited_on: Mapped[date]
    topics: Mapped[str]
    solved: Mapped[str | None]


class ServiceStation(Register, Base):
    """A members' service station (党员联系服务站): a place, its staff and when it is open."""

    __tablename__ = "service_station"

    name: Mapped[str]
    town_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    address: Mapped[str]
    staff: Mapped[int | None]
    opening: Mapped[str | None]
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class Appointment(Register, Base):
    """A person selected as instructor (选派党建工作指导员) for an enterprise.

    `number` is the person's own in the district's ledger; `user_id` the account, where there is one.
    """

    __tablename__ = "instructor_appointment"

    number: Mapped[str] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    town_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class Activity(Register, Base):
    """A campaign activity with its review (活动情况讲评): people, essays (学习心得), suggestions (献计献策)."""

    __tablename__ = "campaign_activity"

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Constraint, ...]:
        counts = CheckConstraint("participants >= 0 AND essays >= 0 AND suggestions >= 0", name="counts_not_negative")
        return (UniqueConstraint("import_key", "imported_digest"), counts)

    town_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    held_on: Mapped[date]
    theme: Mapped[str]
    participants: Mapped[int]
    essays: Mapped[int]
    suggestions: Mapped[int]


class Honour(Register, Base):
    """A title given to an enterprise on a day; `kind` is a `HonourKind`."""

    __tablename__ = "honour"

    kind: Mapped[str]
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    named_on: Mapped[date]
    to_on: Mapped[date | None]


class PriorityEnterprise(Register, Base):
    """An enterprise the district attends to first, with the reason; `kind` is a `PriorityKind`."""

    __tablename__ = "priority_enterprise"

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    kind: Mapped[str]
    reason: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
