"""What a person can do on a case now, and for each thing that cannot be done yet: why, on which rule, who can mend it.

The same machinery as `perform`, without the change: pages and API show this answer and hold no rule of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.course import Course, course_of
from workflow.definition.model import EARLIER, Field, Transition
from workflow.definition.schema import data_schema, default_value, example_data
from workflow.definition.wording import with_state_names
from workflow.engine.actors import Actor, load_actor
from workflow.engine.examining import attempt_of
from workflow.engine.examples import example_values
from workflow.engine.hindrances import hindrances
from workflow.engine.prefill import known_values
from workflow.engine.work import CaseWork, load_work
from workflow.errors import NotFound
from workflow.guards import Problem
from workflow.guards.officers import OF_COMMITTEE, OF_FIRST_MEETING
from workflow.machine import machine_for
from workflow.runtime import Runtime
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action as a person sees it. `problems` is empty exactly where `allowed` is true, soft ones left aside.

    `prefill` has only what is true already: the figures of the enterprise, the names that were cleared, today.
    `example` is invented where nothing is known, and passes the guards as it stands.
    """

    action: str
    label: Text
    allowed: bool
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    reason: str
    fields: tuple[Field, ...]
    schema: Mapping[str, Any]
    prefill: Mapping[str, Any]
    example: Mapping[str, Any]
    documents: tuple[str, ...]
    to_state: str
    course: Course
    is_primary: bool
    is_routine: bool


def available_actions(session: Session, runtime: Runtime, case_id: int, user_id: int) -> list[ActionView]:
    """All actions of the person's roles that leave or act in the present state, allowed or not.

    Raises NotFound where the person may not see the case.
    """
    today = runtime.today()
    actor = load_actor(session, user_id, today)
    work = load_work(session, runtime, case_id, runtime.now(), today, lock=False)
    return views_of(work, actor)


def views_of(work: CaseWork, actor: Actor) -> list[ActionView]:
    """The same for a case and a person that were loaded already."""
    if not actor.sees(work.case):
        raise NotFound("case", work.case.id)
    case, machine = work.case_facts(), machine_for(work.definition)
    known = known_values(work)
    invented = example_values(work, actor, known)
    return [
        _view(
            work,
            transition,
            [
                *machine.problems(case, attempt_of(work, transition, None, actor)),
                *hindrances(work, actor, transition),
            ],
            known,
            invented,
        )
        for transition in work.definition.leaving(work.case.state)
        if actor.role_for(transition, work.definition, work.case, work.committee.path) is not None
    ]


def _view(
    work: CaseWork,
    transition: Transition,
    found: list[Problem],
    known: Mapping[str, object],
    invented: Mapping[str, object],
) -> ActionView:
    granted = work.facts.get("overrides", {})
    open_problems = tuple(p for p in found if not (p.soft and p.guard in granted))
    course = course_of(work.definition, work.case.state, transition)
    defaults = {f.name: default_value(f, work.today) for f in transition.fields}
    return ActionView(
        action=transition.action,
        label=transition.label,
        allowed=not open_problems,
        problems=open_problems,
        warnings=tuple(p for p in found if p not in open_problems),
        reason=transition.reason,
        fields=_fields(work, transition),
        schema=data_schema(transition),
        prefill={name: value for name, value in {**defaults, **_of(transition, known)}.items() if value is not None},
        example=example_data(transition, work.today, invented),
        documents=transition.papers,
        to_state=transition.target,
        course=course,
        is_primary=course is Course.AHEAD,
        is_routine=transition.is_routine,
    )


def _fields(work: CaseWork, transition: Transition) -> tuple[Field, ...]:
    """What is asked on this case: of a first meeting of the committee only where there is one, and then for certain."""
    if transition.target == EARLIER:
        return with_state_names(transition.fields, work.definition.states, work.earlier_states())
    if not work.facts.get("committee_seats"):
        return tuple(f for f in transition.fields if f.name not in OF_COMMITTEE)
    return tuple(replace(f, is_optional=False) if f.name in OF_FIRST_MEETING else f for f in transition.fields)


def _of(transition: Transition, values: Mapping[str, object]) -> dict[str, object]:
    return {f.name: values[f.name] for f in transition.fields if f.name in values}
