"""Training sessions and who attended: for the report's four audiences, and as what PG08 asks of development targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import Actor, load_actor
from workflow.errors import InvalidInput, NotFound
from workflow.members.reach import recording_role, seen_person
from workflow.models import Attendance, Audience, Organisation, Training
from workflow.people.once import Answer, Request, answer_once
from workflow.runtime import Runtime
from workflow.text import Text

# Concentrated training is held by a committee or the organisation department (art. 17), the others by anybody here.
RECORDERS = ("instructor", "clerk", "approver", "org_dept", "social_work")
HOLD_FOR_TARGETS = ("clerk", "approver", "org_dept")
LONGEST = 100
HOURS_OF_A_DAY = 12


@dataclass(frozen=True, slots=True)
class NewTraining:
    title: str
    place: str
    audience: str
    for_targets: bool
    from_on: date
    to_on: date
    hours: int


def hold_training(runtime: Runtime, actor_id: int, wanted: NewTraining, key: str | None = None) -> Answer:
    """Records a session at the actor's own body. Raises NotPermitted, InvalidInput."""

    def act(session: Session, now: datetime) -> dict[str, Any]:
        actor = load_actor(session, actor_id, local_day(now))
        held = recording_role(actor, "hold_training", *(HOLD_FOR_TARGETS if wanted.for_targets else RECORDERS))
        if faults := dict(_faults(wanted, local_day(now))):
            raise InvalidInput(faults)
        row = Training(
            organisation_id=held.organisation_id,
            audience=wanted.audience,
            for_targets=wanted.for_targets,
            title=wanted.title.strip(),
            place=wanted.place.strip(),
            from_on=wanted.from_on,
            to_on=wanted.to_on,
            hours=wanted.hours,
            recorded_by=actor_id,
            recorded_at=now,
        )
        session.add(row)
        session.flush()
        return {"training_id": row.id}

    return answer_once(runtime, Request(actor_id, key, {"hold_training": asdict(wanted)}), act)


def _faults(wanted: NewTraining, today: date) -> Iterator[tuple[str, Text]]:
    for name in ("title", "place"):
        value = getattr(wanted, name)
        if not value.strip() or len(value) > LONGEST:
            yield name, Text(f"请填写（最长 {LONGEST} 字）", f"Fill this in (at most {LONGEST} characters)")
    if wanted.audience not in set(Audience):
        yield "audience", Text("请选择培训对象", "Choose the audience")
    if wanted.for_targets and wanted.audience != Audience.ACTIVISTS:
        yield "audience", Text("发展对象集中培训的对象为入党积极分子", "Training of targets is for activists")
    if not wanted.from_on <= wanted.to_on <= today:
        yield "to_on", Text("日期应先后有序，且不晚于今天", "The days must be in order and not ahead")
    most = HOURS_OF_A_DAY * max((wanted.to_on - wanted.from_on).days + 1, 0)
    if not 0 < wanted.hours <= most:
        yield "hours", Text(f"学时应为 1 至 {most}（按天数）", f"Hours must be 1 to {most} for these days")


@dataclass(frozen=True, slots=True)
class Attended:
    person_id: int
    days: int
    hours: int
    certificate_no: str = ""


def record_attendance(
    runtime: Runtime, actor_id: int, training_id: int, attended: Attended, key: str | None = None
) -> Answer:
    """A person was there; recorded once. Raises NotFound (session or person), NotPermitted, InvalidInput."""

    def act(session: Session, now: datetime) -> dict[str, Any]:
        actor = load_actor(session, actor_id, local_day(now))
        training = seen_training(session, actor, training_id)
        recording_role(actor, "record_attendance", *(HOLD_FOR_TARGETS if training.for_targets else RECORDERS))
        person = seen_person(session, actor, attended.person_id, lock=True)
        there = select(Attendance.id).where(
            Attendance.training_id == training_id, Attendance.person_id == attended.person_id
        )
        faults = dict(_attendance_faults(training, attended))
        if session.scalar(there) is not None:
            faults["person_id"] = Text(f"{person.name}已登记", f"{person.name} is recorded already")
        if faults:
            raise InvalidInput(faults)
        row = Attendance(
            training_id=training_id,
            person_id=person.id,
            days=attended.days,
            hours=attended.hours,
            certificate_no=attended.certificate_no.strip()[:LONGEST] or None,
            recorded_by=actor_id,
            recorded_at=now,
        )
        session.add(row)
        session.flush()
        return {"attendance_id": row.id}

    content = {"record_attendance": training_id, **asdict(attended)}
    return answer_once(runtime, Request(actor_id, key, content), act)


def _attendance_faults(training: Training, attended: Attended) -> Iterator[tuple[str, Text]]:
    if not 0 <= attended.days <= training.days:
        yield (
            "days",
            Text(f"参加天数应为 0 至 {training.days}", f"The days must be 0 to {training.days}, as many as it lasted"),
        )
    if not 0 <= attended.hours <= training.hours or not (attended.days or attended.hours):
        yield (
            "hours",
            Text(f"学时应为 0 至 {training.hours}，且不能都为 0", f"The hours must be 0 to {training.hours}"),
        )


def seen_training(session: Session, actor: Actor, training_id: int) -> Training:
    """A session of the actor's own area or of a body above. Raises NotFound."""
    row = session.execute(
        select(Training, Organisation.path)
        .join(Organisation, Organisation.id == Training.organisation_id)
        .where(Training.id == training_id)
    ).first()
    if row is None or not sees_training(actor, row.path):
        raise NotFound("training", training_id)
    training: Training = row[0]
    return training


def sees_training(actor: Actor, path: str) -> bool:
    return any(
        held.role in RECORDERS and (path.startswith(held.scope_path) or held.organisation_path.startswith(path))
        for held in actor.roles
    )
