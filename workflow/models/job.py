"""Long runs that are worked off beside the request: roster imports, and moves of cases between versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class Job(Base):
    """What every long run has. `status`: waiting, running, done, failed; `message` says why it failed.

    While it runs, `heartbeat_at` moves; one that stands still means the worker died, and the job is taken up again,
    at most a few `attempts` long.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    status: Mapped[str]
    message: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]


class ImportJob(Job):
    """A roster import; `counts` is the report once it is done."""

    __tablename__ = "import_job"

    filename: Mapped[str]
    stored_name: Mapped[str]
    dry_run: Mapped[bool]
    create_organisations: Mapped[bool]
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]]
    started_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class MoveJob(Job):
    """Open cases on their way to `version`, or back to it. `kind`: move, move_back.

    `cases` had to be looked at when it was asked for; those up to number `after_case` were. `attempts` counts those
    since the last chunk. The same `idempotency_key` of one person is one job.
    """

    __tablename__ = "move_job"
    __table_args__ = (UniqueConstraint("started_by", "idempotency_key"),)

    kind: Mapped[str]
    process: Mapped[str]
    version: Mapped[int]
    cases: Mapped[int]
    after_case: Mapped[int] = mapped_column(Key, default=0)
    started_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    idempotency_key: Mapped[str | None]


class MovedCase(Base):
    """What became of one case of a move, written with the chunk it was in: it went over, or stays for `reasons`."""

    __tablename__ = "moved_case"

    job_id: Mapped[int] = mapped_column(ForeignKey("move_job.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    is_moved: Mapped[bool]
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSON)
