"""Whether each step was told, and nothing else; and whether what is to be told moves on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, select
from sqlalchemy.orm import Session

from workflow.channel_pace import is_open
from workflow.clock import local_day
from workflow.definition.model import Transition
from workflow.engine.recipients import HOLDER, people_for
from workflow.incidents import Finding, Kind
from workflow.models import Case, LedgerEntry, Notice, OutboxRow
from workflow.outbox import WAITING, Status
from workflow.reconciling.look import MOST_FINDINGS, Check, Look, covers_all, covers_deep

# A row that is due for so long is not waited for by anybody: the relay does not run, or does not see it.
LONGEST_WAIT = timedelta(minutes=10)


def _event(case_id: Any, seq: Any) -> ColumnElement[str]:
    """As `workflow/engine/telling.py` names it."""
    return literal("case:") + cast(case_id, String) + ":" + cast(seq, String)


def untold(look: Look) -> Iterator[Finding]:
    """Entries whose action tells somebody, and of which nobody was told."""
    told = select(OutboxRow.id).where(OutboxRow.event == _event(LedgerEntry.case_id, LedgerEntry.seq))
    query = (
        select(LedgerEntry, Case)
        .join(Case, Case.id == LedgerEntry.case_id)
        .where(look.deep.of(LedgerEntry.case_id), LedgerEntry.seq > 1, ~told.exists())
        .order_by(LedgerEntry.case_id, LedgerEntry.seq)
    )
    for entry, case in look.session.execute(query):
        if people := _whom(look, entry, case):
            subject, words = f"entry:{case.id}:{entry.seq}", f"{entry.action} told nobody of {len(people)}"
            yield Finding(Kind.NOTICE_MISSING, subject, f"entry {entry.seq} of case {case.id}: {words}", case.id)


def _whom(look: Look, entry: LedgerEntry, case: Case) -> list[int]:
    """Who had to be told, as far as it can still be said: whoever held or instructed the case then may have changed,
    so that of older entries only those told by their office count.
    """
    definition = look.runtime.published.definition(look.session, case.process, entry.definition_version)
    transition = definition.transitions.get(entry.action)
    if transition is None or case.state not in definition.states:
        return []
    is_newest = entry.seq == case.version
    groups = _groups(transition, is_newest=is_newest and definition.states[case.state].is_open, entry=entry)
    if not is_newest:
        groups = [code for code in groups if definition.groups[code].at != "case"]
    if not groups:
        return []
    day = local_day(entry.recorded_at)
    connection = look.session.connection()
    return people_for(connection, case, groups, definition=definition, today=day, leaving_out=[entry.actor_id])


def _groups(transition: Transition, *, is_newest: bool, entry: LedgerEntry) -> list[str]:
    waits = is_newest and entry.from_state != entry.to_state
    return [*transition.tell, *([HOLDER] if waits else [])]


def orphans(look: Look) -> Iterator[Finding]:
    """What tells of a step the history does not have."""
    for model in (OutboxRow, Notice):
        yield from _orphans(look.session, look, model)


def _orphans(session: Session, look: Look, model: type[OutboxRow] | type[Notice]) -> Iterator[Finding]:
    entry = select(LedgerEntry.id).where(
        LedgerEntry.case_id == model.case_id, _event(LedgerEntry.case_id, LedgerEntry.seq) == model.event
    )
    is_orphan = (look.deep.of(model.case_id), model.kind == "transition", ~entry.exists())
    query = select(model.event, model.case_id, func.count().label("rows")).where(*is_orphan)
    for row in session.execute(query.group_by(model.event, model.case_id).limit(MOST_FINDINGS)):
        cause = f"{row.rows} rows of {model.__tablename__} tell of {row.event}, which the history does not have"
        yield Finding(Kind.NOTICE_ORPHAN, f"{model.__tablename__}:{row.event}", cause, row.case_id)


def stuck(look: Look) -> Iterable[Finding]:
    """Rows that are overdue, the oldest first: each is named."""
    query = (
        select(OutboxRow)
        .where(OutboxRow.status.in_([status.value for status in WAITING]))
        # What its channel's limit makes wait is not stuck.
        .where(OutboxRow.due_at <= look.now - LONGEST_WAIT, is_open(look.now))
        .order_by(OutboxRow.due_at)
        .limit(MOST_FINDINGS)
    )
    for row in look.session.scalars(query):
        cause = f"{row.channel}, {Status(row.status).value}, due since {row.due_at.isoformat(timespec='seconds')}"
        yield Finding(Kind.DELIVERY_STUCK, f"outbox:{row.id}", cause, row.case_id, row.id)


CHECKS = (
    Check((Kind.NOTICE_MISSING,), untold, covers_deep),
    Check((Kind.NOTICE_ORPHAN,), orphans, covers_deep),
    Check((Kind.DELIVERY_STUCK,), stuck, covers_all),
)
