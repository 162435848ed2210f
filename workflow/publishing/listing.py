"""The published versions of a process: when, by whom, and how many cases live by each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflow.definition.versions import Versions
from workflow.models import Case, DefinitionInForce, DefinitionVersion, User
from workflow.publishing.checks import published_version


@dataclass(frozen=True, slots=True)
class VersionLine:
    """`published_by` None: at the machine's console, or with the product. `in_force_since` None: not in force."""

    process: str
    version: int
    digest: str
    published_at: datetime
    published_by: str | None
    note: str | None
    in_force_since: datetime | None
    open_cases: int
    all_cases: int

    @property
    def is_current(self) -> bool:
        return self.in_force_since is not None


def list_versions(session: Session, versions: Versions) -> tuple[VersionLine, ...]:
    """Newest first, in three queries. The counts are of all cases, whoever looks."""
    process, current = versions.current.process, versions.current.version
    counts: dict[int, tuple[int, int]] = {row[0]: (row[1], row[2]) for row in session.execute(_counts(process))}
    since = session.scalar(
        select(DefinitionInForce.since)
        .where(DefinitionInForce.process == process)
        .order_by(DefinitionInForce.number.desc())
        .limit(1)
    )
    rows = session.execute(
        select(DefinitionVersion, User.display_name)
        .outerjoin(User, User.id == DefinitionVersion.published_by)
        .where(DefinitionVersion.process == process)
        .order_by(DefinitionVersion.version.desc())
    )
    return tuple(
        VersionLine(
            process,
            row.version,
            row.digest,
            row.published_at,
            name,
            row.note,
            since if row.version == current else None,
            *counts.get(row.version, (0, 0)),
        )
        for row, name in rows
    )


def _counts(process: str) -> Select[int, int, int]:
    # A count passes over NULL, which is what a case without a day of finishing gives here.
    return (
        select(Case.definition_version, func.count() - func.count(Case.finished_on), func.count())
        .where(Case.process == process)
        .group_by(Case.definition_version)
    )


def source_of(session: Session, versions: Versions, version: int) -> str:
    """The file of a version, as it was published; raises NotFound where there is none."""
    found = published_version(versions, version)
    return session.get_one(DefinitionVersion, (found.process, found.version)).source
