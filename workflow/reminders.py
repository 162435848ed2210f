"""Tells people that a deadline comes near or has passed: once for each (deadline, day, threshold, person, channel)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from workflow.alerts import newest_threshold, next_alert
from workflow.clock import local_day
from workflow.definition.model import Definition
from workflow.dialects import skip_locked
from workflow.engine.overdue import act_on_overdue
from workflow.engine.recipients import Holders, people_for, role_holders
from workflow.models import Case, Deadline, Enterprise, Notice, OutboxRow
from workflow.models.base import table_of
from workflow.outbox import notices_told, rows_for
from workflow.prepared import Ignoring, Prepared, Writes
from workflow.reminder_words import reminder
from workflow.runtime import Runtime

log = structlog.get_logger(__name__)

# The cases of a batch are locked while it runs; people who act on them wait that long.
BATCH = 200

_CLOCKS, _CASES, _FIRMS = table_of(Deadline), table_of(Case), table_of(Enterprise)
_NEXT = Prepared(
    update(_CLOCKS).where(_CLOCKS.c.id == bindparam("this")).values(next_alert_on=bindparam("next_alert_on"))
)
_ADD_NOTICE, _ADD_ROW = Ignoring(table_of(Notice)), Ignoring(table_of(OutboxRow))
_DUE = (
    select(
        _CLOCKS.c.id,
        _CLOCKS.c.case_id,
        _CLOCKS.c.code,
        _CLOCKS.c.due_on,
        _CLOCKS.c.provisional,
        _CASES.c.process,
        _CASES.c.definition_version,
        _CASES.c.state,
        _CASES.c.scope_path,
        _CASES.c.committee_id,
        _CASES.c.instructor_id,
        _CASES.c.person_id,
        _CASES.c.facts,
        _FIRMS.c.name.label("enterprise"),
    )
    .join(_CASES, _CASES.c.id == _CLOCKS.c.case_id)
    .join(_FIRMS, _FIRMS.c.id == _CASES.c.enterprise_id)
    .order_by(_CLOCKS.c.next_alert_on, _CLOCKS.c.id)
    .limit(BATCH)
)


def remind(runtime: Runtime) -> int:
    """Tells the newest threshold of every running deadline that has reached one; answers how many were looked at.

    May run anywhere, at any time, twice at once: a deadline is handled by one run, and told only once even so. What a
    definition has the system do about an overdue deadline is done first.
    """
    act_on_overdue(runtime)
    handled = 0
    while batch := _remind_batch(runtime, runtime.clock()):
        handled += batch
    return handled


def _remind_batch(runtime: Runtime, now: datetime) -> int:
    """In the application people are told with the same transaction; what goes outside is made from the rows."""
    today = local_day(now)
    with runtime.db.unit_of_work() as session:
        due = _due_deadlines(session, today)
        if not due:
            return 0
        batch = _Batch(session, runtime, now, role_holders(session.connection(), due, today))
        rows = [one for row in due for one in batch.rows_of(row)]
        batch.writes.add(_ADD_NOTICE, *notices_told(rows, now))
        batch.writes.add(_ADD_ROW, *rows)
        batch.writes.send(session.connection())
        return len(due)


def _due_deadlines(session: Session, today: date) -> Sequence[Any]:
    """The case is locked with its deadline: an action locks the case first and the deadline later, so a run that
    held the deadline alone and then wrote a row that refers to the case would lock crosswise with it."""
    query = _DUE.where(_CLOCKS.c.status == "running", _CLOCKS.c.next_alert_on <= today)
    return session.execute(skip_locked(session, query, of=[Case, Deadline])).all()


@dataclass
class _Batch:
    """What many deadlines share: the people near their cases, and the writes that go together."""

    session: Session
    runtime: Runtime
    now: datetime
    holders: Holders
    writes: Writes = field(default_factory=Writes)
    people: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)

    def rows_of(self, row: Any) -> list[dict[str, Any]]:
        """The outbox rows of one deadline; its next alert is added to `writes`."""
        today = local_day(self.now)
        definition = self.runtime.definition_of(self.session, row)
        spec = definition.deadlines.get(row.code)
        if spec is None:
            # One clock the definition no longer knows must not keep all others from being told.
            log.error("deadline_unknown", case_id=row.case_id, deadline_id=row.id, code=row.code)
            self.writes.add(_NEXT, {"this": row.id, "next_alert_on": None})
            return []
        ahead = next_alert(row.due_on, spec.thresholds, today, spec.repeats)
        self.writes.add(_NEXT, {"this": row.id, "next_alert_on": ahead})
        threshold = newest_threshold(row.due_on, spec.thresholds, today, spec.repeats)
        if threshold is None:
            return []
        groups = spec.told_at(threshold)
        words = reminder(definition, spec, row, today, [code for code in groups if code not in spec.tell])
        event = f"deadline:{row.id}:{row.due_on}:{threshold}"
        return rows_for(event, "deadline", row.case_id, self._people(definition, row, groups), words, self.now)

    def _people(self, definition: Definition, row: Any, groups: tuple[str, ...]) -> list[int]:
        """Cases that stand alike in the same hands have the same people."""
        key = (definition.digest, groups, row.state, row.scope_path, row.committee_id, row.instructor_id, row.person_id)
        if key not in self.people:
            connection, today = self.session.connection(), local_day(self.now)
            self.people[key] = people_for(
                connection, row, groups, definition=definition, today=today, among=self.holders
            )
        return self.people[key]
