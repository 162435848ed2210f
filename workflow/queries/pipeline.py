"""The pipeline: how many cases stand at each headline stage, for each chamber, late, or with nobody to go on.

Each figure carries the filter of the list behind it, and is counted by that filter's own conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from workflow.definition.model import Definition, Stage
from workflow.definition.versions import Versions
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


def pipeline(session: Session, actor: Actor, *, versions: Versions, today: date) -> Pipeline:
    """Six grouped queries, however many cases there are."""
    by_chamber = _by_chamber(session, actor, versions, today)
    now = _summed(by_chamber.values())
    month = f"{today:%Y-%m}"
    overdue, nobody = CaseFilter(overdue=True), CaseFilter(nobody=True)
    late = _by_stage(session, actor, overdue, versions, today)
    vacant = _by_stage(session, actor, nobody, versions, today)
    entered = _moved(session, actor, versions, today, LedgerEntry.to_state)
    left = _moved(session, actor, versions, today, LedgerEntry.from_state)
    shown = _shown_stages(versions, (now, late, vacant, entered, left))
    stages = tuple(
        StageLine(
            stage,
            _figure(now, CaseFilter(stage=code)),
            _figure(late, replace(overdue, stage=code)),
            _figure(vacant, replace(nobody, stage=code)),
            Figure(entered.get(code, 0), CaseFilter(entered=code, month=month)),
            Figure(left.get(code, 0), CaseFilter(left=code, month=month)),
        )
        for code, stage in shown.items()
    )
    return Pipeline(
        stages,
        _chamber_lines(session, by_chamber, tuple(shown)),
        Figure(sum(now.values()), CaseFilter()),
        Figure(sum(late.values()), overdue),
        Figure(sum(vacant.values()), nobody),
        month,
    )


def _shown_stages(versions: Versions, counts: Iterable[Counts]) -> dict[str, Stage]:
    """All stages of the version in force, and of older ones those where there is something to count."""
    counted = {code for part in counts for code, number in part.items() if number}
    return {
        code: stage for code, stage in versions.stages.items() if code in versions.current.stages or code in counted
    }


def _figure(counts: Counts, wanted: CaseFilter) -> Figure:
    return Figure(counts.get(wanted.stage, 0), wanted)


def _summed(parts: Iterable[Counts]) -> Counts:
    total: dict[str, int] = {}
    for part in parts:
        for stage, number in part.items():
            total[stage] = total.get(stage, 0) + number
    return total


def _by_chamber(session: Session, actor: Actor, versions: Versions, today: date) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    place = _place(versions)
    rows = session.execute(
        select(Case.chamber_id, *place, func.count())
        .where(*conditions(CaseFilter(), actor, versions, today))
        .group_by(Case.chamber_id, *place)
    )
    for chamber_id, *standing, number in rows:
        line = found.setdefault(chamber_id, {})
        stage = _stage_at(versions, *standing)
        line[stage] = line.get(stage, 0) + number
    return found


def _place(versions: Versions) -> list[InstrumentedAttribute[Any]]:
    """What tells the stage of a case: its state, and its version only where versions place a state differently."""
    return [Case.state] if len(_placings(versions)) == 1 else [Case.state, Case.definition_version]


def _placings(versions: Versions) -> list[tuple[Definition, tuple[int, ...]]]:
    return versions.alike(lambda definition: tuple(versions.stages_in(definition).items()))


def _stage_at(versions: Versions, state: str, number: int | None = None) -> str:
    definition = versions.current if number is None else versions.of(number)
    return versions.stages_in(definition)[state]


def state_counts(
    session: Session, actor: Actor, wanted: CaseFilter, *, versions: Versions, today: date
) -> dict[str, int]:
    """How many cases of a filter stand in each state; states without any are left out."""
    chosen = conditions(wanted, actor, versions, today)
    rows = session.execute(select(Case.state, func.count()).where(*chosen).group_by(Case.state))
    return {row[0]: row[1] for row in rows}


def _by_stage(session: Session, actor: Actor, wanted: CaseFilter, versions: Versions, today: date) -> Counts:
    place, chosen = _place(versions), conditions(wanted, actor, versions, today)
    rows = session.execute(select(*place, func.count()).where(*chosen).group_by(*place))
    return _summed({_stage_at(versions, *standing): number} for *standing, number in rows)


def _moved(session: Session, actor: Actor, versions: Versions, today: date, side: Column) -> Counts:
    """Cases by the stage on one side of a move that crossed the border of a stage this month."""
    first, after = CaseFilter().month_days(today)
    stage = _stage_of(versions, side)
    rows = session.execute(
        select(stage, func.count(LedgerEntry.case_id.distinct()))
        .where(
            # Not the bare column: SQLite would go through the whole history of each case, not through this month's.
            (LedgerEntry.case_id + 0).in_(select(Case.id).where(visible_cases(actor))),
            LedgerEntry.occurred_on >= first,
            LedgerEntry.occurred_on < after,
            side.is_not(None),
            _stage_of(versions, LedgerEntry.from_state).is_distinct_from(_stage_of(versions, LedgerEntry.to_state)),
        )
        .group_by(stage)
    )
    return {row[0]: row[1] for row in rows}


def _stage_of(versions: Versions, column: Column) -> ColumnElement[str]:
    """The stage of a state in the history, as the version of its entry has it."""
    placings = [(numbers, case(dict(versions.stages_in(d)), value=column)) for d, numbers in _placings(versions)]
    if len(placings) == 1:
        return placings[0][1]
    return case(*((LedgerEntry.definition_version.in_(numbers), stage) for numbers, stage in placings))


def _chamber_lines(
    session: Session, by_chamber: Mapping[int, Counts], stages: Sequence[str]
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
        figures = tuple(_figure(counts, replace(here, stage=code)) for code in stages)
        town = row.above if row.kind == "chamber" and row.above else ""
        lines.append(ChamberLine(row.name, town, figures, Figure(sum(counts.values()), here)))
    return tuple(lines)
