"""One worker's run of one move of cases: chunk by chunk, each with its results and the heartbeat in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow import jobs
from workflow.errors import Conflict
from workflow.jobs import JobLost, Status, ended_in_words
from workflow.models import MoveJob
from workflow.publishing import move_jobs
from workflow.publishing.author import author_of
from workflow.publishing.in_force import Request
from workflow.publishing.move_jobs import Kind, Wanted, ask_for, asked_before
from workflow.publishing.moving import CHUNK, Step, count_waiting, move_chunk
from workflow.publishing.rollback import back_chunk
from workflow.queries.moves import MoveLine, move_line
from workflow.runtime import Runtime
from workflow.text import Text

STEPS: Mapping[str, Step] = {Kind.MOVE: move_chunk, Kind.MOVE_BACK: back_chunk}
OVERTAKEN = Text(
    "现行已是第 {now} 版，迁移到第 {version} 版的工作已停止；已迁移的案件都是完整的。",
    "version {now} is in force by now, so moving to version {version} was stopped; what was moved is whole.",
)


def start_move(runtime: Runtime, *, actor_id: int, key: str | None = None) -> int:
    """Records the move of open cases to the version in force; answers its number, the first one for the same key.

    Raises NotPermitted, and InvalidInput for a key that is too long.
    """
    Request({}, key=key).require_sound()
    try:
        return _start(runtime, actor_id, key)
    except IntegrityError:
        # The same request came at once and was faster: its job is there now.
        return _start(runtime, actor_id, key)


def run_at_once(runtime: Runtime, job_id: int) -> MoveLine:
    """Works off in the request what one chunk takes; a larger move, or one behind another, waits for a worker.

    Answers how the job stands then.

    That is the rule of all pages and of the API: who moves a few cases sees them moved, who moves many watches.
    """
    with runtime.db.reading() as session:
        job = move_line(session, job_id).job
    if job.status == Status.WAITING and job.cases <= CHUNK:
        run_next(runtime, only=job_id)
    with runtime.db.reading() as session:
        return move_line(session, job_id)


def run_next(runtime: Runtime, only: int | None = None) -> bool:
    """Runs the next move that waits; False when there is none.

    Killed at any moment and run again it goes on behind the last chunk, and moves no case twice.
    """
    with runtime.db.unit_of_work() as session:
        job = move_jobs.claim_next(session, runtime.clock(), only)
    if job is None or job.heartbeat_at is None:
        return False
    run = _Run(runtime, job, job.heartbeat_at, job.after_case, is_watched=only is not None)
    with ended_in_words(job, run.fail):
        while run.after is not None:
            run.take_step()
    return True


@dataclass
class _Run:
    """`last` is the heartbeat that stands in the row; `after` None: the job has ended."""

    runtime: Runtime
    job: MoveJob
    last: datetime
    after: int | None
    is_watched: bool

    def take_step(self) -> None:
        now, after = self.runtime.clock(), self.after or 0
        with self.runtime.db.unit_of_work() as session, session.no_autoflush:
            # First of all, so that a worker that lost the job moves nothing.
            if not jobs.write(session, self.job, self.last, {"heartbeat_at": now, "attempts": 0}):
                raise JobLost
            self._require_in_force(session)
            mover = author_of(session, self.runtime, self.job.started_by)
            chunk = STEPS[self.job.kind](session, self.runtime, mover, after)
            if chunk.after is None:
                move_jobs.record_done(session, self.job, now, now, is_watched=self.is_watched)
            else:
                move_jobs.record_chunk(session, self.job, chunk.results)
                jobs.write(session, self.job, now, {"after_case": chunk.after})
        self.last, self.after = now, chunk.after

    def fail(self, reason: Text) -> None:
        with self.runtime.db.unit_of_work() as session:
            move_jobs.record_failed(session, self.job, self.last, reason, self.runtime.clock())

    def _require_in_force(self, session: Session) -> None:
        now = self.runtime.versions(session).current.version
        if now != self.job.version:
            raise Conflict(OVERTAKEN.filled(now=now, version=self.job.version))


def _start(runtime: Runtime, actor_id: int, key: str | None) -> int:
    with runtime.db.unit_of_work() as session:
        author_of(session, runtime, actor_id)
        earlier = asked_before(session, actor_id, key)
        if earlier is not None:
            # Whichever version is in force by now: that was not part of the request.
            return earlier.id
        current = runtime.versions(session).current
        cases = count_waiting(session, current.process, current.version)
        wanted = Wanted(Kind.MOVE, current.process, current.version, cases, key)
        return ask_for(session, actor_id, wanted, runtime.now()).id
