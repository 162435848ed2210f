"""The deadlines of a case with how each day is counted, what calendars moved, and both readings of a pause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from workflow.clock import local_day
from workflow.definition.model import DeadlineSpec
from workflow.engine.clocks import rule_of, start_day
from workflow.engine.work import CaseWork
from workflow.errors import NotFound
from workflow.guards.admission_days import day_for_rules
from workflow.models import CalendarImport, Deadline, DeadlineMove, LedgerEntry
from workflow.pauses import is_entered
from workflow.queries.timeline import OWN_LABELS
from workflow.reckoning import CalendarMove, Reckoned, Spans, explain, spans_of
from workflow.text import Text

THE_SYSTEM = Text("系统", "the system")
MOVE_ID = DeadlineMove.id
_QUERY = (
    select(Deadline, DeadlineMove, CalendarImport.year)
    .outerjoin(DeadlineMove, DeadlineMove.deadline_id == Deadline.id)
    .outerjoin(CalendarImport, CalendarImport.id == DeadlineMove.import_id)
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the due day of one deadline is counted. `spans` where a setting says what follows a pause."""

    code: str
    name: Text
    status: str
    starts_on: date
    due_on: date
    is_provisional: bool
    days_left: int | None
    left_unit: str | None
    steps: tuple[Text, ...]
    moves: tuple[CalendarMove, ...]
    spans: Spans | None


@dataclass(frozen=True, slots=True)
class Found:
    """A deadline with the calendars that moved it, the oldest first."""

    row: Deadline
    moves: tuple[CalendarMove, ...]


def standing_deadlines(work: CaseWork) -> list[Found]:
    """Those of the case that run or are paused: what is due soonest first, the paused ones last. One query."""
    query = _QUERY.where(Deadline.case_id == work.case.id, Deadline.status != "stopped")
    return _found(work.session.execute(query.order_by(Deadline.status.desc(), Deadline.due_on, Deadline.code, MOVE_ID)))


def explained_deadline(work: CaseWork, code: str) -> Explanation:
    """The newest deadline of a code, running or not; raises NotFound where the case never had one."""
    query = _QUERY.where(Deadline.case_id == work.case.id, Deadline.code == code)
    found = _found(work.session.execute(query.order_by(Deadline.id.desc(), MOVE_ID)))
    if not found or code not in work.definition.deadlines:
        raise NotFound("deadline", code)
    starter = select(LedgerEntry.action).where(
        LedgerEntry.case_id == work.case.id, LedgerEntry.recorded_at == found[0].row.started_at
    )
    return explained(work, found[0], _label(work, work.session.scalar(starter.order_by(LedgerEntry.seq).limit(1))))


def explained(work: CaseWork, found: Found, started_by: Text | None) -> Explanation:
    """`started_by` is the action that was recorded at the moment the deadline began."""
    row, moves = found.row, found.moves
    spec = work.definition.deadlines[row.code]
    clock = _reckoned(work, spec, row, started_by or THE_SYSTEM)
    labels = {name: transition.label for name, transition in work.definition.transitions.items()}
    pause = row.pauses[-1] if row.pauses and row.status == "paused" else None
    return Explanation(
        code=row.code,
        name=spec.name,
        status=row.status,
        starts_on=row.starts_on,
        due_on=row.due_on,
        is_provisional=row.provisional,
        days_left=row.days_left,
        left_unit=pause["unit"] if pause else None,
        steps=tuple(explain(work.runtime.calendar, clock, moves, labels)),
        moves=moves,
        spans=_spans(work, spec, clock),
    )


def _reckoned(work: CaseWork, spec: DeadlineSpec, row: Deadline, started_by: Text) -> Reckoned:
    pauses = row.pauses or []
    since = date.fromisoformat(pauses[-1]["to"]) if pauses and pauses[-1]["again"] else row.starts_on
    entered = work.facts.get(spec.from_fact or "") if is_entered(spec, since, work.facts) else None
    rule = work.runtime.rules.at(spec.rule, day_for_rules(work.facts, since)) if spec.rule else None
    is_of_fact = spec.starts_from is not None and start_day(spec, date.min, work.facts) == row.starts_on
    return Reckoned(
        starts_on=row.starts_on,
        due_on=row.due_on,
        is_provisional=row.provisional,
        is_paused=row.status == "paused",
        pauses=pauses,
        started_by=None if is_of_fact else started_by,
        entered=date.fromisoformat(entered) if entered else None,
        rule=rule,
        unit=spec.unit or "days",
        amount=rule.value if rule else 0,
    )


def _spans(work: CaseWork, spec: DeadlineSpec, clock: Reckoned) -> Spans | None:
    if spec.after_pause is None:
        return None
    whole_holds = rule_of(work.runtime, spec.after_pause, work.today, work.facts) > 0
    return spans_of(work.runtime.calendar, clock, whole_holds=whole_holds)


def _label(work: CaseWork, action: str | None) -> Text | None:
    transition = work.definition.transitions.get(action or "")
    return transition.label if transition else OWN_LABELS.get(action or "")


def _found(rows: Iterable[Any]) -> list[Found]:
    """One for each deadline, in the order they come; a deadline stands once for each of its moves."""
    found: dict[int, tuple[Deadline, list[CalendarMove]]] = {}
    for row, move, year in rows:
        _, moves = found.setdefault(row.id, (row, []))
        if move is not None:
            moves.append(CalendarMove(local_day(move.moved_at), year, move.old_due_on, move.new_due_on))
    return [Found(row, tuple(moves)) for row, moves in found.values()]
