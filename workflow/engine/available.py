"""What a person can do on a case now, and for each thing that cannot be done yet: why, on which rule, who can mend it.

The same machinery as `perform`, without the change: pages and API show this answer and hold no rule of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.model import Field, Transition
from workflow.definition.schema import data_schema, example_data
from workflow.engine.actors import Actor, load_actor
from workflow.engine.examples import known_values
from workflow.engine.perform import attempt_of
from workflow.engine.work import CaseWork, load_work
from workflow.errors import NotFound
from workflow.guards import Problem
from workflow.machine import machine_for
from workflow.runtime import Runtime
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action as a person sees it. `problems` is empty exactly where `allowed` is true, soft ones left aside."""

    action: str
    label: Text
    allowed: bool
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    reason: str
    fields: tuple[Field, ...]
    schema: Mapping[str, Any]
    example: Mapping[str, Any]
    documents: tuple[str, ...]
    to_state: str
    is_primary: bool
    is_routine: bool


def available_actions(session: Session, runtime: Runtime, case_id: int, user_id: int) -> list[ActionView]:
    """All actions of the person's roles that leave or act in the present state, allowed or not.

    Raises NotFound where the person may not see the case.
    """
    today = runtime.today()
    actor = load_actor(session, user_id, today)
    work = load_work(session, runtime, case_id, runtime.now(), today, lock=False)
    if not actor.sees(work.case):
        raise NotFound("case", case_id)
    case = work.case_facts()
    known = known_values(work, actor)
    return [
        _view(
            work,
            transition,
            actor,
            machine_for(work.definition).problems(case, _asking(work, transition, actor)),
            known,
        )
        for transition in work.definition.leaving(work.case.state)
        if actor.role_for(transition, work.definition, work.case, work.committee.path) is not None
    ]


def _asking(work: CaseWork, transition: Transition, actor: Actor) -> Any:
    return attempt_of(work, transition, None, actor)


def _view(
    work: CaseWork, transition: Transition, actor: Actor, found: list[Problem], known: Mapping[str, object]
) -> ActionView:
    granted = work.facts.get("overrides", {})
    open_problems = tuple(p for p in found if not (p.soft and p.guard in granted))
    target = work.definition.states.get(transition.target)
    return ActionView(
        action=transition.action,
        label=transition.label,
        allowed=not open_problems,
        problems=open_problems,
        warnings=tuple(p for p in found if p not in open_problems),
        reason=transition.reason,
        fields=transition.fields,
        schema=data_schema(transition),
        example=example_data(transition, work.today, known),
        documents=transition.papers,
        to_state=transition.target,
        is_primary=target is not None
        and target.order > work.definition.states[work.case.state].order
        and not work.definition.stages[target.stage].is_beside
        and not transition.is_routine,
        is_routine=transition.is_routine,
    )
