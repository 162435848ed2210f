"""Training sessions a person of an area may see, each with its attendance."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workflow.engine.actors import Actor
from workflow.members.reach import visible_persons
from workflow.members.training import RECORDERS, seen_training
from workflow.models import Attendance, Audience, Enterprise, Organisation, Person, Training
from workflow.models.training import AUDIENCE_NAMES
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class TrainingRow:
    training: Training
    organisation: str
    audience: Text
    attended: int
    hours: int


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    person_id: int
    person: str
    enterprise: str
    days: int
    hours: int
    certificate_no: str | None


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """`attendance` lists those the actor may know of; `row.attended` counts all."""

    row: TrainingRow
    attendance: tuple[AttendanceRow, ...]
    candidates: tuple[tuple[int, str], ...]


def list_trainings(session: Session, actor: Actor, limit: int = 200) -> tuple[TrainingRow, ...]:
    """Newest first: those of the actor's area, and those of the bodies above it."""
    held = [one for one in actor.roles if one.role in RECORDERS]
    if not held:
        return ()
    above = sorted({int(part) for one in held for part in one.organisation_path.strip("/").split("/")})
    within = [Organisation.path.startswith(one.scope_path, autoescape=True) for one in held]
    return _rows(session, or_(Organisation.id.in_(above), *within), limit)


def _rows(session: Session, which, limit: int) -> tuple[TrainingRow, ...]:  # type: ignore[no-untyped-def]  # a condition
    rows = session.execute(
        select(Training, Organisation.name, func.count(Attendance.id), func.coalesce(func.sum(Attendance.hours), 0))
        .join(Organisation, Organisation.id == Training.organisation_id)
        .outerjoin(Attendance, Attendance.training_id == Training.id)
        .where(which)
        .group_by(Training.id, Organisation.name)
        .order_by(Training.from_on.desc(), Training.id.desc())
        .limit(limit)
    )
    return tuple(
        TrainingRow(t, name, AUDIENCE_NAMES[Audience(t.audience)], count, hours) for t, name, count, hours in rows
    )


def training_page(session: Session, actor: Actor, training_id: int) -> TrainingPage:
    """Raises NotFound for a session that is none of the actor's."""
    seen_training(session, actor, training_id)
    rows = session.execute(
        select(Attendance, Person.name, Enterprise.name.label("enterprise"))
        .join(Person, Person.id == Attendance.person_id)
        .join(Enterprise, Enterprise.id == Person.employer_id)
        .where(Attendance.training_id == training_id, visible_persons(actor))
        .order_by(Attendance.id)
    ).all()
    there = {row[0].person_id for row in rows}
    others = session.execute(
        select(Person.id, Person.name, Enterprise.name.label("enterprise"))
        .join(Enterprise, Enterprise.id == Person.employer_id)
        .where(visible_persons(actor))
        .order_by(Person.id)
        .limit(500)
    )
    return TrainingPage(
        _rows(session, Training.id == training_id, 1)[0],
        tuple(
            AttendanceRow(a.person_id, name, enterprise, a.days, a.hours, a.certificate_no)
            for a, name, enterprise in rows
        ),
        tuple((row.id, f"{row.name}（{row.enterprise}）") for row in others if row.id not in there),
    )
