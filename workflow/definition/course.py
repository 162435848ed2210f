"""Where an action leads: on along the road, aside from it, or nowhere. Told from the process alone, for every page."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from workflow.definition.model import BEFORE_HOLD, EARLIER, SAME, Definition, State, Transition


class Course(StrEnum):
    AHEAD = "ahead"  # the step this state waits for
    OTHER = "other"  # another answer of whoever holds the state: a return, a refusal, a correction
    ASIDE = "aside"  # out of the ordinary, with a reason: hold, close, change the instructor
    ROUTINE = "routine"  # everyday records that move nothing


def course_of(definition: Definition, state: str, transition: Transition) -> Course:
    if transition.is_routine:
        return Course.ROUTINE
    first = definition.states[state].first
    if transition in leading(definition, state) or (first is not None and first.action == transition.action):
        return Course.AHEAD
    needs_reason = transition.reason == "required"
    if _leads_beside(definition, transition) or (
        needs_reason and (transition.target == SAME or not _is_the_owners(definition, state, transition))
    ):
        return Course.ASIDE
    return Course.OTHER


def leading(definition: Definition, state: str) -> list[Transition]:
    """The actions a state waits for: the owner's that lead on without having to be justified.

    Where a case was turned back (returned, refused, on hold) no step leads on: there, what takes it back to the road.
    A state that is done waits for nothing.
    """
    if not definition.states[state].is_open:
        return []
    own = [t for t in definition.leaving(state) if _moves(definition, t) and _is_the_owners(definition, state, t)]
    onward = [t for t in own if t.reason != "required" and _is_ahead(definition, definition.states[state], t)]
    return onward or own


def naming(definition: Definition, state: str) -> list[Transition]:
    """The actions that give a case in this state its first or another instructor."""
    return [t for t in definition.leaving(state) if any(field.type == "instructor" for field in t.fields)]


def due_steps(definition: Definition, state: str, facts: Mapping[str, Any]) -> list[Transition]:
    """What the case waits for now: the step that has to come first, or else those that lead on."""
    first = definition.states[state].first_due(facts)
    return [definition.transitions[first.action]] if first else leading(definition, state)


def _moves(definition: Definition, transition: Transition) -> bool:
    return not transition.is_routine and transition.target != SAME and not _leads_beside(definition, transition)


def _is_ahead(definition: Definition, state: State, transition: Transition) -> bool:
    return transition.target in definition.states and definition.states[transition.target].order > state.order


def _leads_beside(definition: Definition, transition: Transition) -> bool:
    if transition.target in (SAME, BEFORE_HOLD, EARLIER):
        return False
    return definition.stages[definition.states[transition.target].stage].is_beside


def _is_the_owners(definition: Definition, state: str, transition: Transition) -> bool:
    """Taken where the state's owner sits: a superior body's direct decision is not the step a case waits for."""
    place = definition.groups[definition.states[state].owner].at
    return any(definition.groups[code].at == place for code in transition.by)
