"""Which actions can be taken on chosen cases, on how many of them, and what stands in the way of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.bulk.request import EACH, MOST
from workflow.definition.model import Transition
from workflow.engine.actors import Actor
from workflow.engine.available import views_of
from workflow.errors import InvalidInput, NotFound
from workflow.guards import Problem
from workflow.models import Case
from workflow.queries.case_conditions import conditions
from workflow.queries.case_filter import CaseFilter
from workflow.queries.seen import seen_work
from workflow.runtime import Runtime
from workflow.text import Text


@dataclass(slots=True)
class Choice:
    """One action: the cases it can be taken on now, and by case what is short on the others that offer it."""

    transition: Transition
    allowed: list[int] = field(default_factory=list)
    short: dict[int, tuple[Problem, ...]] = field(default_factory=dict)


def choices(session: Session, runtime: Runtime, actor: Actor, case_ids: Sequence[int]) -> list[Choice]:
    """Those that can be taken on the most cases first; cases the person may not see count for nothing."""
    found: dict[str, Choice] = {}
    for case_id in case_ids[:MOST]:
        try:
            work = seen_work(session, runtime, actor, case_id)
        except NotFound:
            continue
        for view in views_of(work, actor):
            if view.action not in EACH:
                continue
            choice = found.setdefault(view.action, Choice(work.definition.transitions[view.action]))
            if view.allowed:
                choice.allowed.append(case_id)
            else:
                choice.short[case_id] = view.problems
    order = list(EACH)
    return sorted(found.values(), key=lambda one: (-len(one.allowed), order.index(one.transition.action)))


def cases_of_filter(session: Session, runtime: Runtime, actor: Actor, wanted: CaseFilter, today: date) -> list[int]:
    """All cases of a list, in its order. Raises InvalidInput where there are more than can be taken at once."""
    chosen = conditions(wanted, actor, runtime.versions(session), today)
    ids = list(session.scalars(select(Case.id).where(*chosen).order_by(Case.state_since, Case.id).limit(MOST + 1)))
    if len(ids) > MOST:
        fault = Text(
            f"符合条件的超过 {MOST} 件，一次最多 {MOST} 件：请缩小条件", f"More than {MOST} cases: narrow the list"
        )
        raise InvalidInput({"items": fault})
    return ids
