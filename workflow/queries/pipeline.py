"""The pipeline: how many cases stand at each headline stage, for each chamber, late, or with nobody to go on.

Each figure carries the filter of the list behind it, and is counted by that filter's own conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from workflow.definition.model import Definition, Stage
from workflow.engine.actors import Actor
from workflow.models import Case, LedgerEntry, Organisation
from workflow.queries.areas import in_tree_order
from workflow.queries.case_conditions import conditions
from workflow.queries.case_filter import CaseFilter
from workflow.queries.figures import Figure
from workflow.queries.visibility import visible_cases

Counts = Mapping[str, int]
Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


@dataclass(frozen=True, slots=True)
class StageLine:
    """`entered` and `left` are the cases that came in and went out in the present month, each once."""

    stage: Stage
    now: Figure
    overdue: Figure
    nobody: Figure
    entered: Figure
    left: Figure


@dataclass(frozen=True, slots=True)
class ChamberLine:
    """`figures` are in the order of the pipeline's stages."""

    chamber: str
    town: str
    figures: tuple[Figure, ...]
    total: Figure


@dataclass(frozen=True, slots=True)
class Pipeline:
    stages: tuple[StageLine, ...]
    chambers: tuple[ChamberLine, ...]
    total: Figure
    overdue: Figure
    nobody: Figure
    month: str


def pipeline(session: Session, actor: Actor, *, definition: Definition, today: date) -> Pipeline:
    """Six grouped queries, however many cases there are."""
    by_chamber = _by_chamber(session, actor, definition, today)
    now = _summed(by_chamber.values())
    month = f"{today:%Y-%m}"
    overdue, nobody = CaseFilter(overdue=True), CaseFilter(nobody=True)
    late = _by_stage(session, actor, overdue, definition, today)
    vacant = _by_stage(session, actor, nobody, definition, today)
    entered = _moved(session, actor, definition, today, LedgerEntry.to_state)
    left = _moved(session, actor, definition, today, LedgerEntry.from_state)
    stages = tuple(
        StageLine(
            stage,
            _figure(now, CaseFilter(stage=code)),
            _figure(late, replace(overdue, stage=code)),
            _figure(vacant, replace(nobody, stage=code)),
            Figure(entered.get(code, 0), CaseFilter(entered=code, month=month)),
            Figure(left.get(code, 0), CaseFilter(left=code, month=month)),
        )
        for code, stage in definition.stages.items()
    )
    return Pipeline(
        stages,
        _chamber_lines(session, by_chamber, definition),
        Figure(sum(now.values()), CaseFilter()),
        Figure(sum(late.values()), overdue),
        Figure(sum(vacant.values()), nobody),
        month,
    )


def _figure(counts: Counts, wanted: CaseFilter) -> Figure:
    return Figure(counts.get(wanted.stage, 0), wanted)


def _summed(parts: Iterable[Counts]) -> Counts:
    total: dict[str, int] = {}
    for part in parts:
        for stage, number in part.items():
            total[stage] = total.get(stage, 0) + number
    return total


def _by_chamber(session: Session, actor: Actor, definition: Definition, today: date) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = session.execute(
        select(Case.chamber_id, Case.state, func.count())
        .where(*conditions(CaseFilter(), actor, definition, today))
        .group_by(Case.chamber_id, Case.state)
    )
    for chamber_id, state, number in rows:
        line = found.setdefault(chamber_id, {})
        stage = definition.states[state].stage
        line[stage] = line.get(stage, 0) + number
    return found


def state_counts(
    session: Session, actor: Actor, wanted: CaseFilter, *, definition: Definition, today: date
) -> dict[str, int]:
    """How many cases of a filter stand in each state; states without any are left out."""
    chosen = conditions(wanted, actor, definition, today)
    rows = session.execute(select(Case.state, func.count()).where(*chosen).group_by(Case.state))
    return {row[0]: row[1] for row in rows}


def _by_stage(session: Session, actor: Actor, wanted: CaseFilter, definition: Definition, today: date) -> Counts:
    found = state_counts(session, actor, wanted, definition=definition, today=today)
    return _summed({definition.states[state].stage: number} for state, number in found.items())


def _moved(session: Session, actor: Actor, definition: Definition, today: date, side: Column) -> Counts:
    """Cases by the stage on one side of a move that crossed the border of a stage this month."""
    first, after = CaseFilter().month_days(today)
    stage = _stage_of(definition, side)
    rows = session.execute(
        select(stage, func.count(LedgerEntry.case_id.distinct()))
        .where(
            # Not the bare column: SQLite would go through the whole history of each case, not through this month's.
            (LedgerEntry.case_id + 0).in_(select(Case.id).where(visible_cases(actor))),
            LedgerEntry.occurred_on >= first,
            LedgerEntry.occurred_on < after,
            side.is_not(None),
            _stage_of(definition, LedgerEntry.from_state).is_distinct_from(_stage_of(definition, LedgerEntry.to_state)),
        )
        .group_by(stage)
    )
    return {row[0]: row[1] for row in rows}


def _stage_of(definition: Definition, column: Column) -> ColumnElement[str]:
    return case({state.code: state.stage for state in definition.states.values()}, value=column)


def _chamber_lines(
    session: Session, by_chamber: Mapping[int, Counts], definition: Definition
) -> tuple[ChamberLine, ...]:
    """In the order of the tree, so that the chambers of a town stand together."""
    above = aliased(Organisation)
    rows = session.execute(
        select(Organisation.id, Organisation.name, Organisation.kind, Organisation.path, above.name.label("above"))
        .outerjoin(above, above.id == Organisation.parent_id)
        .where(Organisation.id.in_(by_chamber))
    )
    lines = []
    for row in sorted(rows, key=lambda row: in_tree_order(row.path)):
        counts = by_chamber[row.id]
        here = CaseFilter(chamber=str(row.id))
        figures = tuple(_figure(counts, replace(here, stage=code)) for code in definition.stages)
        town = row.above if row.kind == "chamber" and row.above else ""
        lines.append(ChamberLine(row.name, town, figures, Figure(sum(counts.values()), here)))
    return tuple(lines)
