"""The record of a move of cases that runs beside the request. Nothing here commits; the caller's unit of work does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from workflow import jobs
from workflow.errors import KeyReused
from workflow.jobs import Status
from workflow.models import MovedCase, MoveJob
from workflow.publishing.moving import Moved, Reasons
from workflow.text import Text


class Kind(StrEnum):
    MOVE = "move"  # open cases of older versions to the one in force
    MOVE_BACK = "move_back"  # those that were moved above the one in force, back to where they were


@dataclass(frozen=True, slots=True)
class Wanted:
    """A move, how many cases it has to look at, and the key that makes a second asking harmless."""

    kind: Kind
    process: str
    version: int
    cases: int
    key: str | None = None


DONE = Text("案件迁移完成", "The cases have been moved")
DONE_BODY = Text(
    "第 {number} 号迁移：{moved} 件已迁移，{kept} 件留在原版本。",
    "Move no. {number}: {moved} cases moved, {kept} stay.",
)
FAILED = Text("案件迁移未完成", "Moving the cases did not succeed")
FAILED_BODY = Text("第 {number} 号迁移：{reason}", "Move no. {number}: {reason}")
BROKEN_OFF = Text(
    "处理多次中断，已停止。已迁移的案件都是完整的；再次迁移会接着做。",
    "It broke off several times and was stopped. What was moved is whole; moving again goes on from there.",
)


def ask_for(session: Session, user_id: int, wanted: Wanted, now: datetime) -> MoveJob:
    """Records a job that waits for a worker; the job of the first time where the key came before.

    Raises KeyReused where the key came with another move.
    """
    earlier = asked_before(session, user_id, wanted.key)
    if earlier is not None:
        if (earlier.kind, earlier.process, earlier.version) != (wanted.kind, wanted.process, wanted.version):
            raise KeyReused(earlier.idempotency_key or "")
        return earlier
    job = MoveJob(
        kind=wanted.kind,
        process=wanted.process,
        version=wanted.version,
        cases=wanted.cases,
        started_by=user_id,
        idempotency_key=wanted.key,
        status=Status.WAITING,
        created_at=now,
    )
    session.add(job)
    session.flush()  # the caller needs the number
    return job


def asked_before(session: Session, user_id: int, key: str | None) -> MoveJob | None:
    """The job this person asked for with the same key."""
    mine = select(MoveJob).where(MoveJob.started_by == user_id, MoveJob.idempotency_key == key)
    return session.scalars(mine).first() if key else None


def claim_next(session: Session, now: datetime, only: int | None = None) -> MoveJob | None:
    """As `jobs.claim_next`; with `only`, nothing but that job, and nothing while an older one is open."""

    def give_up(job: MoveJob, seen: datetime) -> None:
        record_failed(session, job, seen, BROKEN_OFF, now)

    if only is not None and _oldest_open(session) != only:
        return None
    return jobs.claim_next(session, MoveJob, now, give_up)


def record_chunk(session: Session, job: MoveJob, results: Mapping[int, Reasons]) -> None:
    """What became of these cases, in place of what an earlier chunk may have said of one."""
    session.execute(delete(MovedCase).where(MovedCase.job_id == job.id, MovedCase.case_id.in_(results)))
    rows = [
        {"job_id": job.id, "case_id": case_id, "is_moved": not reasons, "reasons": [text.as_dict() for text in reasons]}
        for case_id, reasons in results.items()
    ]
    if rows:
        session.execute(insert(MovedCase), rows)


def record_done(session: Session, job: MoveJob, seen: datetime, now: datetime, *, is_watched: bool) -> None:
    """Ends the job and tells the person who started it, unless they wait for it."""
    if jobs.write(session, job, seen, {"status": Status.DONE, "finished_at": now}) and not is_watched:
        done = counted(session, job.id)
        _tell(session, job, DONE, DONE_BODY.filled(number=job.id, moved=done.moved, kept=done.kept), now)


def record_failed(session: Session, job: MoveJob, seen: datetime, reason: Text, now: datetime) -> None:
    """As `record_done`, for a job that did not come to its end; what was moved stays moved."""
    if jobs.write(session, job, seen, {"status": Status.FAILED, "message": reason.as_dict(), "finished_at": now}):
        _tell(session, job, FAILED, FAILED_BODY.filled(number=job.id, reason=reason), now)


def counted(session: Session, job_id: int) -> Moved:
    """What became of the cases so far."""
    moved = func.count().filter(MovedCase.is_moved)
    row = session.execute(select(moved, func.count()).where(MovedCase.job_id == job_id)).one()
    return Moved(row[0], row[1] - row[0])


def _oldest_open(session: Session) -> int | None:
    return session.scalar(select(func.min(MoveJob.id)).where(MoveJob.status.in_(jobs.OPEN)))


def _tell(session: Session, job: MoveJob, title: Text, body: Text, now: datetime) -> None:
    jobs.tell(session, job.started_by, f"move:{job.id}", title, body, f"/definitions/moves/{job.id}", now)
