"""Why a case was turned back, for whoever has to answer it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workflow.definition.course import Course, course_of
from workflow.definition.model import Definition
from workflow.engine.migrating import MIGRATIONS
from workflow.queries.timeline import Event
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Setback:
    label: Text
    reason: str
    who: Text


def setback(definition: Definition, state: str, history: Iterable[Event]) -> Setback | None:
    """The step that brought the case to `state`, where it was a return, a refusal or a hold with its reason.

    A case that was held and resumed stands again where it had been turned back: the hold does not hide why.
    `history` is newest first.
    """
    came = next((event for event in _arrivals(state, history) if not _is_beside(definition, event.from_stage)), None)
    if came is None or not came.reason or not _turns_back(definition, state, came):
        return None
    return Setback(came.label, came.reason, came.who)


def _arrivals(state: str, history: Iterable[Event]) -> Iterator[Event]:
    """The moves into a state, under the names it had in earlier versions of the process too."""
    names = {state}
    for event in history:
        if event.action in MIGRATIONS and event.to_state in names and event.from_state is not None:
            names.add(event.from_state)
        if event.has_moved and event.to_state in names:
            yield event


def _turns_back(definition: Definition, state: str, came: Event) -> bool:
    transition = definition.transitions.get(came.action)
    if transition is None or transition.reason != "required" or came.from_state is None:
        return False
    return _is_beside(definition, definition.states[state].stage) or (
        came.from_state in transition.sources and course_of(definition, came.from_state, transition) is Course.OTHER
    )


def _is_beside(definition: Definition, stage: str | None) -> bool:
    return stage is not None and stage in definition.stages and definition.stages[stage].is_beside
