"""Tells people that a deadline comes near or has passed: once for each (deadline, day, threshold, person, channel)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.alerts import newest_threshold, next_alert
from workflow.clock import local_day
from workflow.definition.model import DeadlineSpec, Definition
from workflow.dialects import skip_locked
from workflow.engine.overdue import act_on_overdue
from workflow.engine.recipients import Holders, people_for, role_holders
from workflow.models import Case, Deadline, Enterprise, Notice, OutboxRow
from workflow.models.base import table_of
from workflow.outbox import notices_told, rows_for
from workflow.prepared import Ignoring, Writes
from workflow.reminder_words import Wording, wording
from workflow.runtime import Runtime

log = structlog.get_logger(__name__)

# The cases of a batch are locked while it runs; people who act on them wait that long, a few tenths of a second.
BATCH = 500
# Less than the time between two ticks: the worker has time for the others, and on SQLite runs do not add up to a writer
# that never ends.
LONGEST_RUN = timedelta(seconds=1.5)

_CLOCKS, _CASES, _FIRMS = table_of(Deadline), table_of(Case), table_of(Enterprise)
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
    # Nothing further: it is the order of the index, and no batch has to sort all that are due.
    .order_by(_CLOCKS.c.next_alert_on)
    .limit(BATCH)
)


def remind(runtime: Runtime, longest: timedelta = LONGEST_RUN) -> int:
    """Tells the newest threshold of running deadlines that have reached one, batch by batch until none is left or the
    run has been as long as it may; answers how many were looked at.

    May run anywhere, at any time, several at once: a deadline is handled by one run, and told only once even so. What a
    definition has the system do about an overdue deadline is done first.
    """
    act_on_overdue(runtime)
    ends, handled = monotonic() + longest.total_seconds(), 0
    while True:
        batch = _remind_batch(runtime, runtime.clock())
        handled += batch
        if batch < BATCH or monotonic() >= ends:
            return handled
        runtime.db.give_way()


def _remind_batch(runtime: Runtime, now: datetime) -> int:
    """In the application people are told with the same transaction; what goes outside is made from the rows."""
    today = local_day(now)
    with runtime.db.unit_of_work() as session:
        due = _due_deadlines(session, today)
        if not due:
            return 0
        batch = _Batch(session, runtime, now, today, role_holders(session.connection(), due, today))
        rows = [one for row in due for one in batch.rows_of(row)]
        batch.set_next_alerts()
        writes = Writes()
        writes.add(_ADD_NOTICE, *notices_told(rows, now))
        writes.add(_ADD_ROW, *rows)
        writes.send(session.connection())
        return len(due)


def _due_deadlines(session: Session, today: date) -> Sequence[Any]:
    """The case is locked with its deadline: an action locks the case first and the deadline later, so a run that
    held the deadline alone and then wrote a row that refers to the case would lock crosswise with it."""
    query = _DUE.where(_CLOCKS.c.status == "running", _CLOCKS.c.next_alert_on <= today)
    return session.execute(skip_locked(session, query, of=[Case, Deadline])).all()


@dataclass(frozen=True, slots=True)
class _Alert:
    """What is to be said today, and to which groups, of deadlines of one kind with one due day; when next."""

    definition: Definition
    spec: DeadlineSpec
    threshold: int | None
    groups: tuple[str, ...]
    ahead: date | None


@dataclass
class _Batch:
    """What deadlines that stand alike share is worked out once: the alert, the words, the people."""

    session: Session
    runtime: Runtime
    now: datetime
    today: date
    holders: Holders
    next_alerts: dict[date | None, list[int]] = field(default_factory=dict)
    alerts: dict[tuple[Any, ...], _Alert | None] = field(default_factory=dict)
    words: dict[tuple[Any, ...], Wording] = field(default_factory=dict)
    people: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)

    def rows_of(self, row: Any) -> list[dict[str, Any]]:
        """The outbox rows of one deadline, whose next alert is noted."""
        key = (row.process, row.definition_version, row.code, row.due_on)
        if key not in self.alerts:
            self.alerts[key] = self._alert(row)
        alert = self.alerts[key]
        self.next_alerts.setdefault(alert.ahead if alert else None, []).append(row.id)
        if alert is None or alert.threshold is None:
            return []
        event = f"deadline:{row.id}:{row.due_on}:{alert.threshold}"
        payload = self._words(alert, key, row).of(row.case_id, row.enterprise)
        return rows_for(event, "deadline", row.case_id, self._people(alert, row), payload, self.now)

    def set_next_alerts(self) -> None:
        for day, ids in self.next_alerts.items():
            self.session.execute(update(_CLOCKS).where(_CLOCKS.c.id.in_(ids)).values(next_alert_on=day))

    def _alert(self, row: Any) -> _Alert | None:
        """None where the definition does not know the deadline: one such must not keep all others from being told."""
        definition = self.runtime.definition_of(self.session, row)
        spec = definition.deadlines.get(row.code)
        if spec is None:
            log.error("deadline_unknown", case_id=row.case_id, deadline_id=row.id, code=row.code)
            return None
        times = (row.due_on, spec.thresholds, self.today, spec.repeats)
        threshold = newest_threshold(*times)
        groups = () if threshold is None else spec.told_at(threshold)
        return _Alert(definition, spec, threshold, groups, next_alert(*times))

    def _words(self, alert: _Alert, of_alert: tuple[Any, ...], row: Any) -> Wording:
        key = (of_alert, row.state, row.provisional)
        if key not in self.words:
            escalated_to = [code for code in alert.groups if code not in alert.spec.tell]
            self.words[key] = wording(alert.definition, alert.spec, row, self.today, escalated_to)
        return self.words[key]

    def _people(self, alert: _Alert, row: Any) -> list[int]:
        """Cases that stand alike in the same hands have the same people."""
        key = (
            (row.process, row.definition_version, alert.groups, row.state),
            (row.scope_path, row.committee_id, row.instructor_id, row.person_id),
        )
        if key not in self.people:
            connection, definition = self.session.connection(), alert.definition
            self.people[key] = people_for(
                connection, row, alert.groups, definition=definition, today=self.today, among=self.holders
            )
        return self.people[key]
