"""Reads what is known of a chunk of rows, and writes the steps decided on; the caller's unit of work commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflow.dialects import locked
from workflow.engine.actors import HeldRole
from workflow.engine.opening import open_cases
from workflow.members.counting import counted_from_persons
from workflow.models import Case, Enterprise, HeadCount
from workflow.models.case import founding
from workflow.roster.deciding import FIGURES, Figures, Known, Step, decide
from workflow.roster.organisations import Seat
from workflow.roster.places import Place
from workflow.roster.rows import RosterRow
from workflow.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Author:
    """Who imports, and in which role; both None at the console."""

    actor_id: int | None
    role: HeldRole | None


def plan(session: Session, rows: Sequence[RosterRow], seats: Mapping[Place, Seat], *, to_write: bool) -> list[Step]:
    """Decides every row against the database as it is now; with `to_write` the enterprises found are locked."""
    known = _known(session, [row.credit_code for row in rows], to_write)
    return [decide(row, seats[row.source.place], known.get(row.credit_code)) for row in rows]


def write(session: Session, steps: Sequence[Step], runtime: Runtime, author: Author) -> None:
    """One insert for each table, however many rows; cases are opened by the engine."""
    now, today = runtime.now(), runtime.today()
    written = [(step, _enterprise(step, now)) for step in steps]
    session.add_all(enterprise for step, enterprise in written if step.is_new)
    session.flush()  # head-counts and cases need the ids
    counts = [
        _head_count(step, enterprise.id, author.actor_id, now, today) for step, enterprise in written if step.figures
    ]
    if counts:
        session.execute(insert(HeadCount), counts)
    opening = [enterprise for step, enterprise in written if step.opens_case]
    open_cases(session, opening, runtime=runtime, actor_id=author.actor_id, now=now, held=author.role)


def _known(session: Session, codes: Sequence[str], to_write: bool) -> dict[str, Known]:
    query = select(Enterprise).where(Enterprise.credit_code.in_(codes)).order_by(Enterprise.id)
    enterprises = session.scalars(locked(session, query, of=[Enterprise]) if to_write else query).all()
    ids = [enterprise.id for enterprise in enterprises]
    counted = _counted(session, ids)
    cases = _cases(session, ids)
    return {
        enterprise.credit_code: Known(
            enterprise,
            counted[enterprise.id],
            has_case=enterprise.id in cases,
            has_open_case=cases.get(enterprise.id, False),
        )
        for enterprise in enterprises
    }


def _counted(session: Session, enterprise_ids: Sequence[int]) -> dict[int, set[tuple[date, Figures]]]:
    columns = [getattr(HeadCount, name) for name in FIGURES]
    query = select(HeadCount.enterprise_id, HeadCount.counted_on, *columns)
    counted: dict[int, set[tuple[date, Figures]]] = defaultdict(set)
    for enterprise_id, day, *figures in session.execute(query.where(HeadCount.enterprise_id.in_(enterprise_ids))):
        counted[enterprise_id].add((day, tuple(figures)))
    return counted


def _cases(session: Session, enterprise_ids: Sequence[int]) -> dict[int, bool]:
    """Whether an enterprise has an open case; enterprises that never had one are left out."""
    query = select(Case.enterprise_id, Case.finished_on).where(Case.enterprise_id.in_(enterprise_ids), founding())
    cases: dict[int, bool] = {}
    for enterprise_id, finished_on in session.execute(query):
        cases[enterprise_id] = cases.get(enterprise_id, False) or finished_on is None
    return cases


def _enterprise(step: Step, now: datetime) -> Enterprise:
    figures = dict(zip(FIGURES, step.figures, strict=True)) if step.figures else {}
    if step.enterprise is not None:
        counted = counted_from_persons(step.enterprise.members_source, step.enterprise.applicants_source)
        figures = {name: value for name, value in figures.items() if name not in counted}
    values: dict[str, Any] = {**step.changes, **figures}
    if step.enterprise is None:
        place = {"town_id": step.seat.town_id, "chamber_id": step.seat.chamber_id}
        return Enterprise(**values, **place, created_at=now, updated_at=now)
    for name, value in values.items():
        setattr(step.enterprise, name, value)
    if values:
        step.enterprise.updated_at = now
    return step.enterprise


def _head_count(step: Step, enterprise_id: int, actor_id: int | None, now: datetime, today: date) -> dict[str, Any]:
    return {
        "enterprise_id": enterprise_id,
        "counted_on": step.row.source.counted_on or today,
        "recorded_by": actor_id,
        "recorded_at": now,
        **dict(zip(FIGURES, step.figures or (), strict=True)),
    }
