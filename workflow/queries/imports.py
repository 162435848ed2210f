"""Roster imports as their pages show them. Who may import sees all imports (`workflow/roster/importer.py`)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.models import ImportJob, User


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A job and who handed in the file."""

    job: ImportJob
    started_by: str


def list_imports(session: Session, limit: int = 50) -> list[ImportLine]:
    """The newest first."""
    rows = session.execute(_lines().order_by(ImportJob.id.desc()).limit(limit))
    return [ImportLine(row[0], row[1]) for row in rows]


def import_line(session: Session, job_id: int) -> ImportLine:
    """Raises NotFound where there is no such import."""
    row = session.execute(_lines().where(ImportJob.id == job_id)).first()
    if row is None:
        raise NotFound("import", job_id)
    return ImportLine(row[0], row[1])


def _lines() -> Select[ImportJob, str]:
    return select(ImportJob, User.display_name).join(User, User.id == ImportJob.started_by)
