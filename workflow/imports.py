"""The record of a roster import that runs beside the request: who works on it and how far it is.

A worker that dies leaves a heartbeat that stands still; the job is then taken up by the next one. The heartbeat is
also the worker's token: who finds another value in the row than the one it wrote has lost the job and stops.
Nothing here commits; the caller's unit of work does.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from workflow.dialects import locked
from workflow.models import ImportJob, OutboxRow
from workflow.outbox import rows_for
from workflow.text import Text

# Nobody writes a heartbeat for so long and lives.
DEAD_AFTER = timedelta(minutes=2)
# A file that kills its worker is not tried for ever.
MAX_ATTEMPTS = 3

DONE = Text("名册导入完成", "The roster import is done")
DONE_BODY = Text(
    "第 {number} 号导入已处理 {rows} 行，请查看结果。", "Import no. {number}: {rows} rows read. See the result."
)
FAILED = Text("名册导入未完成", "The roster import did not succeed")
FAILED_BODY = Text("第 {number} 号导入：{reason}", "Import no. {number}: {reason}")
BROKEN_OFF = Text(
    "处理多次中断，已停止。请确认文件无误；仍不行请联系管理员。",
    "It broke off several times and was stopped. Check the file; if it is sound, ask an administrator.",
)


class Status(StrEnum):
    WAITING = "waiting"  # uploaded
    RUNNING = "running"  # a worker has it, as long as its heart beats
    DONE = "done"  # `counts` is the report
    FAILED = "failed"  # `message` says why


@dataclass(frozen=True, slots=True)
class Upload:
    """What a person hands in."""

    filename: str
    data: bytes
    dry_run: bool
    create_organisations: bool


def create_job(session: Session, folder: Path, upload: Upload, actor_id: int, now: datetime) -> ImportJob:
    """Keeps the file under a random name only the product reads, and records the job that waits for a worker."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stored_name = secrets.token_hex(16)
    with os.fdopen(os.open(folder / stored_name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(upload.data)
    job = ImportJob(
        filename=upload.filename,
        stored_name=stored_name,
        dry_run=upload.dry_run,
        create_organisations=upload.create_organisations,
        status=Status.WAITING,
        counts={},
        started_by=actor_id,
        created_at=now,
    )
    session.add(job)
    session.flush()  # the caller needs the number
    return job


def error_file(folder: Path, job: ImportJob) -> Path:
    """Where the rejected rows of a job lie once it is done, if there are any."""
    return folder / f"{job.stored_name}.errors.xlsx"


def claim_next(session: Session, now: datetime) -> ImportJob | None:
    """Takes the oldest job that waits or whose worker died; None while another import lives.

    One import at a time: each is a long run of writes, and a second would only make both slower.
    """
    is_open = ImportJob.status.in_((Status.WAITING, Status.RUNNING))
    jobs = session.scalars(locked(session, select(ImportJob).where(is_open).order_by(ImportJob.id), of=[ImportJob]))
    candidates = [job for job in jobs if not _is_exhausted(session, job, now)]
    if any(_is_alive(job, now) for job in candidates) or not candidates:
        return None
    job = candidates[0]
    job.status, job.heartbeat_at, job.attempts = Status.RUNNING, now, job.attempts + 1
    job.rows_done = job.rows_total = 0
    return job


def record_progress(session: Session, job_id: int, seen: datetime, done: int, total: int, now: datetime) -> bool:
    """Writes counts and heartbeat; False when the job is no longer ours."""
    return _change(session, job_id, seen, {"heartbeat_at": now, "rows_done": done, "rows_total": total})


def record_done(session: Session, job: ImportJob, seen: datetime, counts: dict[str, Any], now: datetime) -> None:
    """Ends the job and tells the person who started it; does nothing when the job is no longer ours."""
    if _change(session, job.id, seen, {"status": Status.DONE, "counts": counts, "finished_at": now}):
        rows = session.scalars(select(ImportJob.rows_total).where(ImportJob.id == job.id)).one()
        _tell(session, job, DONE, DONE_BODY.filled(number=job.id, rows=rows), now)


def record_failed(session: Session, job: ImportJob, seen: datetime, reason: Text, now: datetime) -> None:
    """As `record_done`, for a job that came to nothing."""
    if _change(session, job.id, seen, {"status": Status.FAILED, "message": reason.as_dict(), "finished_at": now}):
        _tell(session, job, FAILED, FAILED_BODY.filled(number=job.id, reason=reason), now)


def _is_alive(job: ImportJob, now: datetime) -> bool:
    return job.heartbeat_at is not None and job.heartbeat_at > now - DEAD_AFTER


def _is_exhausted(session: Session, job: ImportJob, now: datetime) -> bool:
    if job.attempts < MAX_ATTEMPTS or job.heartbeat_at is None or _is_alive(job, now):
        return False
    record_failed(session, job, job.heartbeat_at, BROKEN_OFF, now)
    return True


def _change(session: Session, job_id: int, seen: datetime, values: dict[str, Any]) -> bool:
    is_ours = (ImportJob.id == job_id, ImportJob.status == Status.RUNNING, ImportJob.heartbeat_at == seen)
    changed = session.scalar(update(ImportJob).where(*is_ours).values(values).returning(ImportJob.id))
    return changed is not None


def _tell(session: Session, job: ImportJob, title: Text, body: Text, now: datetime) -> None:
    payload = {"title": title.as_dict(), "body": body.as_dict(), "link": f"/imports/{job.id}"}
    told = rows_for(f"import:{job.id}", "import", None, [(job.started_by, None)], payload, now)
    session.execute(insert(OutboxRow), told)
