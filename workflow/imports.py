"""The record of a roster import that runs beside the request. Nothing here commits; the caller's unit of work does."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import jobs
from workflow.jobs import Status
from workflow.models import ImportJob
from workflow.text import Text

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
    """As `jobs.claim_next`; it begins with the first row again."""

    def give_up(job: ImportJob, seen: datetime) -> None:
        record_failed(session, job, seen, BROKEN_OFF, now)

    job = jobs.claim_next(session, ImportJob, now, give_up)
    if job is not None:
        job.rows_done = job.rows_total = 0
    return job


def record_progress(session: Session, job: ImportJob, seen: datetime, done: int, total: int, now: datetime) -> bool:
    """Writes counts and heartbeat; False when the job is no longer ours."""
    return jobs.write(session, job, seen, {"heartbeat_at": now, "rows_done": done, "rows_total": total})


def record_done(session: Session, job: ImportJob, seen: datetime, counts: dict[str, Any], now: datetime) -> None:
    """Ends the job and tells the person who started it; does nothing when the job is no longer ours."""
    if jobs.write(session, job, seen, {"status": Status.DONE, "counts": counts, "finished_at": now}):
        rows = session.scalars(select(ImportJob.rows_total).where(ImportJob.id == job.id)).one()
        _tell(session, job, DONE, DONE_BODY.filled(number=job.id, rows=rows), now)


def record_failed(session: Session, job: ImportJob, seen: datetime, reason: Text, now: datetime) -> None:
    """As `record_done`, for a job that came to nothing."""
    if jobs.write(session, job, seen, {"status": Status.FAILED, "message": reason.as_dict(), "finished_at": now}):
        _tell(session, job, FAILED, FAILED_BODY.filled(number=job.id, reason=reason), now)


def _tell(session: Session, job: ImportJob, title: Text, body: Text, now: datetime) -> None:
    jobs.tell(session, job.started_by, f"import:{job.id}", title, body, f"/imports/{job.id}", now)
