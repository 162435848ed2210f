"""What one run looks at: a stretch of cases for the cheap checks, a shorter one for those that read whole histories."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from workflow.incidents import Finding, Kind
from workflow.models import Incident
from workflow.runtime import Runtime

# Of one kind; the rest is found by the next run, when these are mended.
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Stretch:
    """Row numbers above `after` up to `last`, and `also` some others: those with an open incident, to see it end."""

    after: int
    last: int
    also: frozenset[int] = frozenset()

    def of(self, column: Any) -> ColumnElement[bool]:
        within: ColumnElement[bool] = column.between(self.after + 1, self.last)
        return or_(within, column.in_(sorted(self.also))) if self.also else within

    def has(self, number: int | None) -> bool:
        return number is not None and (self.after < number <= self.last or number in self.also)


@dataclass(frozen=True, slots=True)
class Look:
    """`wide` and `deep` are stretches of cases, `papers` one of documents; all is read as of one moment."""

    session: Session
    runtime: Runtime
    now: datetime
    wide: Stretch
    deep: Stretch
    papers: Stretch


@dataclass(frozen=True, slots=True)
class Check:
    """`find` answers what is wrong; `covers` whether it would have found this incident again."""

    kinds: tuple[Kind, ...]
    find: Callable[[Look], Iterable[Finding]]
    covers: Callable[[Look, Incident], bool]


def covers_wide(look: Look, incident: Incident) -> bool:
    return look.wide.has(incident.case_id)


def covers_deep(look: Look, incident: Incident) -> bool:
    return look.deep.has(incident.case_id)


def covers_all(_look: Look, _incident: Incident) -> bool:
    return True


def of_case(kind: Kind, case_id: int, cause: str) -> Finding:
    return Finding(kind, f"case:{case_id}", cause, case_id=case_id)
