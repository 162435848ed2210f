"""The conditions of an action, one by one: which hold, which do not yet, which are judged by what is entered."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.definition.model import Transition
from workflow.engine.actors import Actor
from workflow.engine.examining import attempt_of
from workflow.engine.work import CaseWork
from workflow.guards import GUARDS, Problem
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Check:
    """`status` is met, short, passed (short, but a manager let it pass) or on_entry (depends on the entry)."""

    code: str
    title: Text
    status: str
    problems: tuple[Problem, ...]


def checks(work: CaseWork, transition: Transition, actor: Actor) -> tuple[Check, ...]:
    """Every guard of the action in the order of the definition, those that hold included."""
    case, attempt = work.case_facts(), attempt_of(work, transition, None, actor)
    granted = work.facts.get("overrides", {})
    found = []
    for name in transition.guards:
        guard = GUARDS[name]
        problems = tuple(guard.problems(case, attempt))
        status = "short" if problems else "on_entry" if guard.needs_data else "met"
        if problems and guard.is_soft and name in granted:
            status = "passed"
        found.append(Check(guard.code, guard.title, status, problems))
    return tuple(found)
