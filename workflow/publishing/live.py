"""The open cases of a process as a comparison of versions looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import Case, Deadline, Enterprise
from workflow.publishing.comparing import Standing


@dataclass(frozen=True, slots=True)
class LiveCase:
    id: int
    enterprise: str
    scope_path: str
    standing: Standing
    facts: dict[str, Any]


def live_cases(session: Session, process: str) -> Iterator[LiveCase]:
    """All of them by number, in two queries."""
    open_ones = (Case.process == process, Case.finished_on.is_(None))
    clocks: dict[int, set[str]] = {}
    running = select(Deadline.case_id, Deadline.code).join(Case, Case.id == Deadline.case_id)
    for case_id, code in session.execute(running.where(*open_ones, Deadline.status != "stopped")):
        clocks.setdefault(case_id, set()).add(code)
    rows = session.execute(
        select(
            Case.id,
            Enterprise.name,
            Case.scope_path,
            Case.definition_version,
            Case.state,
            Case.held_from,
            Case.facts,
        )
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(*open_ones)
        .order_by(Case.id)
    )
    for case_id, enterprise, scope_path, version, state, held_from, facts in rows:
        standing = Standing(version, state, held_from, frozenset(clocks.get(case_id, ())))
        yield LiveCase(case_id, enterprise, scope_path, standing, facts)
