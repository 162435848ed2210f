"""The published versions of a process as one running program knows them.

A version never changes, so it is read once. Which one is in force may change at any moment, by a publication in another
program: it is asked anew in each unit of work that opens cases or shows more than one.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from workflow.definition.library import PROCESS, published_definition, shipped_definitions
from workflow.definition.model import Definition
from workflow.definition.versions import Versions
from workflow.errors import NotFound
from workflow.models import DefinitionInForce, DefinitionVersion
from workflow.models.base import table_of
from workflow.prepared import Prepared

_VERSIONS, _IN_FORCE = table_of(DefinitionVersion), table_of(DefinitionInForce)
_NUMBERS = Prepared(
    select(_VERSIONS.c.version, func.max(_IN_FORCE.c.number).label("set_as"))
    .outerjoin(_IN_FORCE, (_IN_FORCE.c.process == _VERSIONS.c.process) & (_IN_FORCE.c.version == _VERSIONS.c.version))
    .where(_VERSIONS.c.process == bindparam("of_process"))
    .group_by(_VERSIONS.c.version)
)
_SOURCE = Prepared(
    select(_VERSIONS.c.source).where(
        _VERSIONS.c.process == bindparam("of_process"), _VERSIONS.c.version == bindparam("this_version")
    )
)
_KEPT = "zujian.versions"


class Published:
    """Safe to share between threads: what is kept of a version is the same whoever read it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Definition] = {}
        self._versions: dict[str, Versions] = {}

    def definition(self, session: Session, process: str, version: int) -> Definition:
        """One version, from memory where it was seen before; raises NotFound where it was never published."""
        return self._known.get((process, version)) or self._read(session, process, version)

    def versions(self, session: Session, process: str = PROCESS) -> Versions:
        """All versions and the one in force: one small query in a unit of work, however often it is asked."""
        kept: dict[str, Versions] = session.info.setdefault(_KEPT, {})
        if process not in kept:
            kept[process] = self._look(session, process)
        return kept[process]

    def last_seen(self, process: str = PROCESS) -> Definition:
        """The version that was in force when this program last looked; what is shipped before it did."""
        seen = self._versions.get(process)
        return seen.current if seen else shipped_definitions()[process]

    def _look(self, session: Session, process: str) -> Versions:
        rows = _NUMBERS.rows(session.connection(), {"of_process": process})
        if not rows:
            raise NotFound("process", process)
        current = max(rows, key=lambda row: row.set_as or 0).version
        numbers = sorted(row.version for row in rows)
        seen = self._versions.get(process)
        if seen is None or seen.current.version != current or sorted(seen.by_number) != numbers:
            seen = self._versions[process] = self._together(session, process, current, numbers)
        return seen

    def _together(self, session: Session, process: str, current: int, numbers: Iterable[int]) -> Versions:
        by_number = {number: self.definition(session, process, number) for number in numbers}
        return Versions(by_number[current], by_number)

    def _read(self, session: Session, process: str, version: int) -> Definition:
        rows = _SOURCE.rows(session.connection(), {"of_process": process, "this_version": version})
        if not rows:
            raise NotFound("definition", f"{process} {version}")
        found = self._known[process, version] = published_definition(process, version, rows[0].source)
        return found
