"""Moves of cases between versions as their pages and the API show them; that is for administrators alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.jobs import OPEN
from workflow.models import Case, Enterprise, MovedCase, MoveJob, User
from workflow.queries.cursor import Page, read_cursor, write_cursor
from workflow.text import Text, text_from


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A move, who asked for it, and what became of the cases so far."""

    job: MoveJob
    started_by: str
    moved: int
    kept: int

    @property
    def is_open(self) -> bool:
        return self.job.status in OPEN


@dataclass(frozen=True, slots=True)
class MovedLine:
    """A case of a move: it went over, or stays for `reasons`."""

    case_id: int
    enterprise: str
    scope_path: str
    is_moved: bool
    reasons: tuple[Text, ...]


def list_moves(session: Session, limit: int = 5) -> list[MoveLine]:
    """The newest first."""
    return [MoveLine(*row) for row in session.execute(_lines().order_by(MoveJob.id.desc()).limit(limit))]


def move_line(session: Session, job_id: int) -> MoveLine:
    """Raises NotFound where there is no such move."""
    row = session.execute(_lines().where(MoveJob.id == job_id)).first()
    if row is None:
        raise NotFound("move", job_id)
    return MoveLine(*row)


def moved_cases(session: Session, job_id: int, *, is_moved: bool, cursor: str = "", limit: int = 20) -> Page[MovedLine]:
    """By number. Raises InvalidInput for a cursor that is not one of ours."""
    chosen = (MovedCase.job_id == job_id, MovedCase.is_moved.is_(is_moved))
    total = session.scalar(select(func.count()).select_from(MovedCase).where(*chosen)) or 0
    query = (
        select(MovedCase.case_id, Enterprise.name, Case.scope_path, MovedCase.is_moved, MovedCase.reasons)
        .join(Case, Case.id == MovedCase.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(*chosen)
        .order_by(MovedCase.case_id)
        .limit(limit + 1)
    )
    if cursor:
        query = query.where(MovedCase.case_id > read_cursor(cursor)[1])
    found = [MovedLine(*row[:4], tuple(map(text_from, row[4]))) for row in session.execute(query)]
    following = write_cursor("", found[limit - 1].case_id) if len(found) > limit else None
    return Page(tuple(found[:limit]), following, total)


def _lines() -> Select[MoveJob, str, int, int]:
    counts = select(MoveJob, User.display_name, _count(is_moved=True), _count(is_moved=False))
    return counts.join(User, User.id == MoveJob.started_by)


def _count(*, is_moved: bool) -> ScalarSelect[int]:
    chosen = (MovedCase.job_id == MoveJob.id, MovedCase.is_moved.is_(is_moved))
    return select(func.count()).where(*chosen).correlate(MoveJob).scalar_subquery()
