"""What the district wants to reach, and what instructors plan and are found to have done."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base
from workflow.models.register import Register


class Metric(StrEnum):
    """What share of the enterprises a target speaks of has."""

    MEMBER = "member"  # a Party member
    ORGANISATION = "organisation"  # a Party organisation, alone or with others
    SINGLE = "single"  # a Party organisation of its own
    WORK = "work"  # an instructor, while it has no organisation


class Mark(StrEnum):
    EXCELLENT = "excellent"  # 优秀
    COMPETENT = "competent"  # 称职
    BARELY_COMPETENT = "barely_competent"  # 基本称职
    INCOMPETENT = "incompetent"  # 不称职


class Target(Register, Base):
    """A goal as data (domain section 5.3): which enterprises, what share of them, by when.

    A condition that is None does not matter. `goal_percent` is a share of 100.
    """

    __tablename__ = "target"

    name: Mapped[str]
    employees_min: Mapped[int | None]
    employees_max: Mapped[int | None]
    on_scale: Mapped[bool | None]
    has_member: Mapped[bool | None]
    metric: Mapped[str]
    goal_percent: Mapped[int]
    due_on: Mapped[date]
    basis: Mapped[str | None]


class InstructorPlan(Register, Base):
    """An instructor's plan for a half-year ("2026-1", "2026-2"): visits, and the work in words."""

    __tablename__ = "instructor_plan"

    instructor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    half_year: Mapped[str]
    visits: Mapped[int]
    work: Mapped[str]


class InstructorAssessment(Register, Base):
    """The half-year assessment: a mark with the reason, and the figures as they were when it was given."""

    __tablename__ = "instructor_assessment"

    instructor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    half_year: Mapped[str]
    mark: Mapped[str]
    remark: Mapped[str]
    figures: Mapped[dict[str, Any]]
