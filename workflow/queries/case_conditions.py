"""A `CaseFilter` as conditions of a query on `Case` alone, so that counts, groups and lists can share them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from workflow.definition.versions import Versions
from workflow.engine.actors import Actor
from workflow.models import Case, Enterprise, LedgerEntry, Organisation, WorkItem
from workflow.queries.case_filter import CaseFilter
from workflow.queries.parameters import is_number
from workflow.queries.staffing import cases_nobody_holds
from workflow.queries.versions import for_versions
from workflow.queries.visibility import visible_cases

Condition = ColumnElement[bool]

# Not the bare column: SQLite would look up each number of the subquery, once for each state and chamber asked for,
# instead of testing the rows it has found anyway.
CASE_ID = Case.id + 0


def conditions(wanted: CaseFilter, actor: Actor, versions: Versions, today: date) -> list[Condition]:
    """What the person may see and the filter asks for."""
    return [visible_cases(actor), *_on_case(wanted, actor, versions), *_on_others(wanted, versions, today)]


def _on_case(wanted: CaseFilter, actor: Actor, versions: Versions) -> Iterator[Condition]:
    if wanted.stage:
        yield at_stage(versions, wanted.stage)
    if wanted.state:
        yield Case.state == wanted.state
    if wanted.version is not None:
        yield Case.definition_version == wanted.version
    if wanted.instructor is not None:
        yield Case.instructor_id == wanted.instructor
    if wanted.mine:
        yield Case.instructor_id == actor.id
    if wanted.open:
        yield Case.finished_on.is_(None)


def _on_others(wanted: CaseFilter, versions: Versions, today: date) -> Iterator[Condition]:
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
        yield CASE_ID.in_(cases_nobody_holds(versions, today))
    if wanted.entered:
        yield CASE_ID.in_(moves(wanted, versions, today, into=wanted.entered))
    if wanted.left:
        yield CASE_ID.in_(moves(wanted, versions, today, out_of=wanted.left))


def moves(wanted: CaseFilter, versions: Versions, today: date, *, into: str = "", out_of: str = "") -> Select[int]:
    """The cases that crossed the border of a headline stage in the filter's month, by the day it happened."""
    first, after = wanted.month_days(today)
    crossed = for_versions(
        versions,
        lambda definition: versions.states_of_stage(definition, into or out_of),
        lambda inside: _came_in(inside) if into else _went_out(inside),
        LedgerEntry.definition_version.in_,
    )
    return select(LedgerEntry.case_id).where(LedgerEntry.occurred_on >= first, LedgerEntry.occurred_on < after, crossed)


def _came_in(inside: Iterable[str]) -> Condition:
    before = LedgerEntry.from_state
    return and_(LedgerEntry.to_state.in_(inside), or_(before.is_(None), before.not_in(inside)))


def _went_out(inside: Iterable[str]) -> Condition:
    return and_(LedgerEntry.from_state.in_(inside), LedgerEntry.to_state.not_in(inside))


def at_stage(versions: Versions, stage: str) -> Condition:
    """The condition on `Case`: it stands at a headline stage of the version it lives by."""
    return for_versions(
        versions,
        lambda definition: versions.states_of_stage(definition, stage),
        Case.state.in_,
        Case.definition_version.in_,
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
