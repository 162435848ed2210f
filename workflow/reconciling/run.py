"""One run: look as of one moment, raise what was found, close what is found no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import structlog
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workflow.incidents import Finding, Kind, Status, raise_incident, resolve
from workflow.models import Case, Document, Incident
from workflow.reconciling import clocks, files, history, holders, notices, ticks
from workflow.reconciling.look import MOST_FINDINGS, Check, Look, Stretch
from workflow.runtime import Runtime

log = structlog.get_logger(__name__)

CHECKS: tuple[Check, ...] = (
    *history.CHECKS,
    *notices.CHECKS,
    *holders.CHECKS,
    *clocks.CHECKS,
    *files.CHECKS,
    *ticks.CHECKS,
)
KINDS = frozenset(kind for check in CHECKS for kind in check.kinds)

# How much one run looks at; the next one goes on behind it. `python -m bench reconciling` says how long that takes.
WIDE, DEEP, PAPERS = 100_000, 5_000, 500
EVERY = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Report:
    """How many incidents are found by kind, how many were closed, how long it took by check."""

    found: Mapping[Kind, int]
    resolved: int
    seconds: Mapping[str, float]


def reconcile(runtime: Runtime) -> Report:
    """Two of it at once count an incident twice and do no other harm."""
    now = runtime.now()
    found: list[Finding] = []
    seconds: dict[str, float] = {}
    with runtime.db.as_of_one_moment() as session:
        look = _look(session, runtime, now)
        for check in CHECKS:
            began = monotonic()
            found += check.find(look)
            seconds[check.find.__name__] = monotonic() - began
        gone = _gone(look, found)
    with runtime.db.unit_of_work() as session:
        dismissed = _dismissed(session, found)
        for finding in found:
            if (finding.key, finding.cause) not in dismissed:
                raise_incident(session, finding, now)
        resolve(session, gone, now)
    report = Report(Counter(finding.kind for finding in found), len(gone), seconds)
    log.info("reconciled", found=len(found), resolved=len(gone), seconds=round(sum(seconds.values()), 2))
    return report


def _look(session: Session, runtime: Runtime, now: datetime) -> Look:
    rows = session.execute(select(Incident.case_id, Incident.subject).where(Incident.open_key.is_not(None), _is_ours()))
    suspects = rows.all()
    cases = frozenset(row.case_id for row in suspects if row.case_id is not None)
    papers = frozenset(int(row.subject[9:]) for row in suspects if row.subject.startswith("document:"))
    turn = int(now.timestamp() / EVERY)
    last_case, last_paper = _last(session, Case), _last(session, Document)
    return Look(
        session,
        runtime,
        now,
        wide=stretch(last_case, WIDE, turn, cases),
        deep=stretch(last_case, DEEP, turn, cases),
        papers=stretch(last_paper, PAPERS, turn, papers),
    )


def stretch(last: int, size: int, turn: int, also: Collection[int] = ()) -> Stretch:
    """Which rows it is the turn of: the place follows from the time alone, so that nothing has to be remembered."""
    after = (turn % max(1, -(-last // size))) * size
    return Stretch(after, after + size, frozenset(also))


def _last(session: Session, model: type[Case] | type[Document]) -> int:
    return session.scalar(select(func.max(model.id))) or 0


def _is_ours() -> ColumnElement[bool]:
    return Incident.kind.in_(sorted(KINDS))


def _gone(look: Look, found: list[Finding]) -> list[int]:
    """The open incidents that this look would have found again."""
    keys, counted = {finding.key for finding in found}, Counter(finding.kind for finding in found)
    # Where a list was cut, what is missing in it may stand behind the cut.
    cut = {kind for kind, number in counted.items() if number >= MOST_FINDINGS}
    return [
        incident.id
        for incident, check in _open(look.session)
        if incident.open_key not in keys and incident.kind not in cut and check.covers(look, incident)
    ]


def _open(session: Session) -> Iterator[tuple[Incident, Check]]:
    by_kind = {kind: check for check in CHECKS for kind in check.kinds}
    for incident in session.scalars(select(Incident).where(Incident.open_key.is_not(None), _is_ours())):
        yield incident, by_kind[Kind(incident.kind)]


def _dismissed(session: Session, found: list[Finding]) -> set[tuple[str, str]]:
    """What an operator dismissed is not raised anew for as long as its cause reads the same."""
    subjects = sorted({finding.subject for finding in found})
    query = select(Incident.kind, Incident.subject, Incident.cause)
    rows = session.execute(query.where(Incident.status == Status.DISMISSED, Incident.subject.in_(subjects)))
    return {(f"{row.kind}:{row.subject}", row.cause) for row in rows}
