"""Accounts and what they may do where. A role is held at an organisation, for a period."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Base, Key
from workflow.models.organisation import Organisation


class User(Base):
    """An account. `security_stamp` changes with the password, so that older sessions end."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    email: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="zh")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    security_stamp: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    roles: Mapped[list[RoleAssignment]] = relationship(back_populates="user")
    instructor: Mapped[InstructorProfile | None] = relationship(back_populates="user")


class RoleAssignment(Base):
    __tablename__ = "role_assignment"
    __table_args__ = (Index("ix_role_assignment_role_organisation_id", "role", "organisation_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    user: Mapped[User] = relationship(back_populates="roles")
    organisation: Mapped[Organisation] = relationship()


class InstructorProfile(Base):
    """What guards G01 to G03 read about an instructor."""

    __tablename__ = "instructor_profile"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    is_full_member: Mapped[bool] = mapped_column(default=True)
    under_discipline: Mapped[bool] = mapped_column(default=False)
    term_from: Mapped[date]
    term_to: Mapped[date | None]
    load_cap: Mapped[int | None]
    # Words of industries the person knows (熟悉的行业); None: not noted.
    expertise: Mapped[list[str] | None]

    user: Mapped[User] = relationship(back_populates="instructor")
