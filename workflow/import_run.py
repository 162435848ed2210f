"""One worker's run of one import job, from the claim to the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from workflow import imports
from workflow.jobs import JobLost, ended_in_words
from workflow.models import ImportJob
from workflow.roster import import_roster, write_error_file
from workflow.runtime import Runtime
from workflow.text import Text

# Called with (rows done, rows in all), outside any transaction of the caller: progress is written in its own.
Progress = Callable[[int, int], None]
Reader = Callable[[Runtime, Path, ImportJob, Progress], dict[str, Any]]

# Progress is for people to watch: twice a second is enough, as each step is a transaction.
PROGRESS_EVERY = timedelta(milliseconds=500)


def read_roster(runtime: Runtime, folder: Path, job: ImportJob, progress: Progress) -> dict[str, Any]:
    """Imports the workbook of a job; the rows not taken, if there are any, come to lie beside it."""
    report = import_roster(
        runtime,
        folder / job.stored_name,
        actor_id=job.started_by,
        dry_run=job.dry_run,
        create_organisations=job.create_organisations,
        progress=progress,
    )
    if report.rejected or report.duplicates:
        write_error_file(report, imports.error_file(folder, job))
    return report.as_dict()


def run_next(runtime: Runtime, folder: Path, read: Reader = read_roster) -> bool:
    """Runs the next import that waits; False when there is none. Run again after a kill it writes no doubles."""
    with runtime.db.unit_of_work() as session:
        job = imports.claim_next(session, runtime.clock())
    if job is None or job.heartbeat_at is None:
        return False
    heart = _Heart(runtime, job, job.heartbeat_at)
    with ended_in_words(job, heart.fail):
        counts = read(runtime, folder, job, heart.beat)
        with runtime.db.unit_of_work() as session:
            imports.record_done(session, job, heart.last, counts, runtime.clock())
    return True


@dataclass
class _Heart:
    """Writes progress and, with it, the sign of life. `last` is the heartbeat that stands in the row."""

    runtime: Runtime
    job: ImportJob
    last: datetime

    def beat(self, done: int, total: int) -> None:
        now = self.runtime.clock()
        if now - self.last < PROGRESS_EVERY and done < total:
            return
        with self.runtime.db.unit_of_work() as session:
            if not imports.record_progress(session, self.job, self.last, done, total, now):
                raise JobLost
        self.last = now

    def fail(self, reason: Text) -> None:
        with self.runtime.db.unit_of_work() as session:
            imports.record_failed(session, self.job, self.last, reason, self.runtime.clock())
