"""The road of a case in headline stages: what is behind it, where it is, what lies ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workflow.definition.model import Definition
from workflow.queries.timeline import Event
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """`state` is done, here or ahead; `at` the day the stage was reached last, `note` who brought it there."""

    label: Text
    state: str
    note: str
    at: date | None


def steps(definition: Definition, state: str, history: Sequence[Event]) -> tuple[Step, ...]:
    """The stages of the road. A case beside it (on hold, ended) stands where it left the road."""
    road = [stage for stage in definition.stages.values() if not stage.is_beside]
    codes = [stage.code for stage in road]
    here = codes.index(_stage_on_road(definition, history))
    is_done = not definition.states[state].is_open and definition.states[state].stage in codes
    reached = _reached(history)
    found = []
    for place, stage in enumerate(road):
        if place > here:
            found.append(Step(stage.name, "ahead", "", None))
            continue
        event = reached.get(stage.code)
        place_words = "done" if place < here or is_done else "here"
        found.append(
            Step(stage.name, place_words, (event.person or "") if event else "", event.occurred_on if event else None)
        )
    return tuple(found)


def _stage_on_road(definition: Definition, history: Sequence[Event]) -> str:
    road = [code for code, stage in definition.stages.items() if not stage.is_beside]
    # A version may have dropped every stage its case was at before.
    return next((event.stage for event in history if event.stage in road), road[0])


def _reached(history: Sequence[Event]) -> dict[str, Event]:
    """The newest entry by which a case came into each stage."""
    found: dict[str, Event] = {}
    for event in history:
        if event.stage != event.from_stage:
            found.setdefault(event.stage, event)
    return found
