"""Many cases read and locked at once: a few queries for all of them, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.orm import Session

from workflow.engine.recipients import role_holders
from workflow.engine.work import LOCKED, READ_CASES, STANDING, CaseWork, work_of
from workflow.models import Case
from workflow.models.base import table_of
from workflow.prepared import Writes
from workflow.runtime import Runtime

# Well below what a statement may have of parameters on either store.
CHUNK = 500
_CASES = table_of(Case)


def load_works(
    session: Session, runtime: Runtime, case_ids: Iterable[int], now: datetime, today: date, *, lock: bool
) -> Mapping[int, CaseWork]:
    """The cases there are of these, by number; they share one buffer of writes and one list of role holders.

    Rows are locked in the order of their numbers, so that two who lock many never wait for each other in a ring.
    The rest is read once all cases are locked: what stands there then counts.
    """
    connection, ids = session.connection(), sorted(set(case_ids))
    found = list(_rows_of(connection, ids, lock=lock))
    standing = _standing_of(connection, ids)
    writes = Writes()
    works = [
        replace(work_of(session, runtime, row[0], [[row], standing[row[0]]], now, today), writes=writes)
        for row in found
    ]
    holders = role_holders(connection, [work.case for work in works], today)
    return {work.case.id: replace(work, role_holders=holders) for work in works}


def _rows_of(connection: Connection, ids: Sequence[int], *, lock: bool) -> Iterator[Row[Any]]:
    query = READ_CASES.order_by(_CASES.c.id)
    if lock:
        query = query.with_for_update(of=LOCKED)
    for chunk in _chunks(ids):
        yield from connection.execute(query.where(_CASES.c.id.in_(chunk)))


def _standing_of(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    found = defaultdict(list)
    for chunk in _chunks(ids):
        for row in connection.execute(STANDING.where(_CASES.c.id.in_(chunk))):
            found[row.case_id].append(row)
    return found


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
