"""A `CaseFilter` as conditions of a query on `Case` alone, so that counts, groups and lists can share them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased

from workflow.definition.model import Definition
from workflow.engine.actors import Actor
from workflow.models import Case, Enterprise, LedgerEntry, Organisation, WorkItem
from workflow.queries.case_filter import CaseFilter
from workflow.queries.parameters import is_number
from workflow.queries.staffing import cases_nobody_holds
from workflow.queries.visibility import visible_cases

Condition = ColumnElement[bool]

# Not the bare column: SQLite would look up each number of the subquery, once for each state and chamber asked for,
# instead of testing the rows it has found anyway.
CASE_ID = Case.id + 0


def conditions(wanted: CaseFilter, actor: Actor, definition: Definition, today: date) -> list[Condition]:
    """What the person may see and the filter asks for."""
    return [visible_cases(actor), *_on_case(wanted, actor, definition), *_on_others(wanted, definition, today)]


def _on_case(wanted: CaseFilter, actor: Actor, definition: Definition) -> Iterator[Condition]:
    if wanted.stage:
        yield Case.state.in_(definition.states_of_stage(wanted.stage))
    if wanted.state:
        yield Case.state == wanted.state
    if wanted.instructor is not None:
        yield Case.instructor_id == wanted.instructor
    if wanted.mine:
        yield Case.instructor_id == actor.id
    if wanted.open:
        yield Case.finished_on.is_(None)


def _on_others(wanted: CaseFilter, definition: Definition, today: date) -> Iterator[Condition]:
    if wanted.town:
        yield Case.chamber_id.in_(in_town(wanted.town))
    if wanted.chamber:
        yield Case.chamber_id.in_(select(Organisation.id).where(named(wanted.chamber)))
    if wanted.q:
        yield Case.enterprise_id.in_(select(Enterprise.id).where(enterprise_matches(wanted.q)))
    if wanted.holder is not None:
        yield CASE_ID.in_(
            select(WorkItem.case_id).where(WorkItem.closed_at.is_(None), WorkItem.user_id == wanted.holder)
        )
    if wanted.overdue:
        yield CASE_ID.in_(select(WorkItem.case_id).where(WorkItem.closed_at.is_(None), WorkItem.due_on < today))
    if wanted.nobody:
        yield CASE_ID.in_(cases_nobody_holds(definition, today))
    if wanted.entered:
        yield CASE_ID.in_(moves(wanted, definition, today, into=wanted.entered))
    if wanted.left:
        yield CASE_ID.in_(moves(wanted, definition, today, out_of=wanted.left))


def moves(wanted: CaseFilter, definition: Definition, today: date, *, into: str = "", out_of: str = "") -> Select[int]:
    """The cases that crossed the border of a headline stage in the filter's month, by the day it happened."""
    first, after = wanted.month_days(today)
    inside = definition.states_of_stage(into or out_of)
    before, now = LedgerEntry.from_state, LedgerEntry.to_state
    outside_before = or_(before.is_(None), before.not_in(inside))
    crossed = (now.in_(inside), outside_before) if into else (before.in_(inside), now.not_in(inside))
    return select(LedgerEntry.case_id).where(
        LedgerEntry.occurred_on >= first, LedgerEntry.occurred_on < after, *crossed
    )


def named(organisation: str) -> Condition:
    """The organisation of a number, or those whose name contains the words."""
    if is_number(organisation):
        return Organisation.id == int(organisation)
    return Organisation.name.contains(organisation, autoescape=True)


def in_town(town: str) -> Select[int]:
    """The town's own body and everything below it."""
    below = aliased(Organisation)
    return (
        select(below.id)
        .join(Organisation, below.path.startswith(Organisation.path))
        .where(Organisation.kind == "town", named(town))
    )


def enterprise_matches(q: str) -> Condition:
    """The name contains the words, or the credit code begins with them."""
    in_name = Enterprise.name.icontains(q, autoescape=True)
    return or_(in_name, Enterprise.credit_code.startswith(q.upper(), autoescape=True))
