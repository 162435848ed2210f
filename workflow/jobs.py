"""What every long run beside the request shares: who works on it, and how it ends whatever happens to the worker.

A worker that dies leaves a heartbeat that stands still; the job is then taken up by the next one. The heartbeat is
also the worker's token: who finds another value in the row than the one it wrote has lost the job and stops.
Nothing here commits; the caller's unit of work does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from workflow.dialects import locked
from workflow.errors import WorkflowError
from workflow.models import Job, OutboxRow
from workflow.outbox import rows_for
from workflow.text import Text

log = structlog.get_logger(__name__)

# Nobody writes a heartbeat for so long and lives.
DEAD_AFTER = timedelta(minutes=2)
# A job that kills its worker is not tried for ever.
MAX_ATTEMPTS = 3

UNFORESEEN = Text(
    "处理时出现意外错误，已记入日志，请联系管理员。",
    "an unforeseen error occurred and was logged; please ask an administrator.",
)

AnyJob = TypeVar("AnyJob", bound=Job)


class Status(StrEnum):
    WAITING = "waiting"  # asked for
    RUNNING = "running"  # a worker has it, as long as its heart beats
    DONE = "done"
    FAILED = "failed"  # `message` says why


OPEN = (Status.WAITING, Status.RUNNING)


class JobLost(Exception):
    """Another worker has taken the job, because this one was silent for too long."""


def claim_next(
    session: Session, table: type[AnyJob], now: datetime, give_up: Callable[[AnyJob, datetime], None]
) -> AnyJob | None:
    """Takes the oldest job that waits or whose worker died; None while another of the table lives.

    One at a time: each is a long run of writes, and a second would only make both slower. `give_up` ends a job that
    was tried too often; it is handed the heartbeat that stands in the row.
    """
    jobs = session.scalars(locked(session, select(table).where(table.status.in_(OPEN)).order_by(table.id), of=[table]))
    candidates = [job for job in jobs if not _is_given_up(job, now, give_up)]
    if any(_is_alive(job, now) for job in candidates) or not candidates:
        return None
    job = candidates[0]
    job.status, job.heartbeat_at, job.attempts = Status.RUNNING, now, job.attempts + 1
    return job


def write(session: Session, job: Job, seen: datetime, values: dict[str, Any]) -> bool:
    """Changes the row of a job that is still ours; False, and nothing is changed, when it is no longer."""
    table = type(job)
    is_ours = (table.id == job.id, table.status == Status.RUNNING, table.heartbeat_at == seen)
    return session.scalar(update(table).where(*is_ours).values(values).returning(table.id)) is not None


def tell(session: Session, user_id: int, event: str, title: Text, body: Text, link: str, now: datetime) -> None:
    """Tells who started a job how it ended. `event` is its kind and number, as in `import:7`."""
    payload = {"title": title.as_dict(), "body": body.as_dict(), "link": link}
    session.execute(insert(OutboxRow), rows_for(event, event.partition(":")[0], None, [user_id], payload, now))


@contextmanager
def ended_in_words(job: Job, fail: Callable[[Text], None]) -> Iterator[None]:
    """The edge of a run: the person who waits is told what went wrong, the worker's log gets the rest.

    A job whose database went away, or that lost a deadlock, is not over: it is taken up again as that of a dead worker.
    """
    try:
        yield
    except JobLost:
        log.warning("job_lost", table=job.__tablename__, job_id=job.id)
    except WorkflowError as refused:
        fail(refused.text)
    except OperationalError:
        raise
    except Exception:
        fail(UNFORESEEN)
        raise


def _is_alive(job: Job, now: datetime) -> bool:
    return job.heartbeat_at is not None and job.heartbeat_at > now - DEAD_AFTER


def _is_given_up(job: AnyJob, now: datetime, give_up: Callable[[AnyJob, datetime], None]) -> bool:
    if job.attempts < MAX_ATTEMPTS or job.heartbeat_at is None or _is_alive(job, now):
        return False
    give_up(job, job.heartbeat_at)
    return True
