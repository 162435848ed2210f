"""What an action asks for, filled from the session: its day and attendance, and the case's own figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.definition.model import Transition
from workflow.definition.schema import default_value
from workflow.engine.clocks import due_day
from workflow.engine.numbers import NUMBER_FIELDS
from workflow.engine.prefill import known_values
from workflow.engine.work import CaseWork
from workflow.models import SessionItem
from workflow.sessions.work import SessionWork


def proposed(work: SessionWork, case: CaseWork, transition: Transition) -> dict[str, Any]:
    """Values by field, before anybody typed one; the number of the paper is given out at the closing."""
    held_on = work.record.held_on
    from_session = {
        "meeting_on": held_on.isoformat(),
        "meeting_due": work.present.ought,
        "meeting_attending": work.present.attending,
        "reply_on": max(held_on, work.today).isoformat(),
    }
    ends = {
        name: due_day(work.runtime, spec, held_on, {}).day.isoformat()
        for spec in case.definition.deadlines.values()
        if (name := spec.from_fact) and spec.rule
    }
    defaults = {field.name: default_value(field, work.today) for field in transition.fields}
    values = {**defaults, **known_values(case), **ends, **from_session}
    return {f.name: values[f.name] for f in transition.fields if values.get(f.name) is not None}


def entered(work: SessionWork, case: CaseWork, transition: Transition, item: SessionItem) -> dict[str, Any]:
    """The same with what was entered by hand on the agenda item."""
    return {**proposed(work, case, transition), **item.data}


def by_hand(values: Mapping[str, Any], proposal: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was entered and differs from the proposal: the rest follows the session if that changes."""
    return {name: value for name, value in values.items() if value not in (None, "", proposal.get(name))}


def number_field(transition: Transition) -> str | None:
    """Where the number of the paper goes; None for an action that issues none."""
    return next((field.name for field in transition.fields if field.name in NUMBER_FIELDS), None)


def wants_number(transition: Transition, item: SessionItem) -> bool:
    """Whether the closing gives the paper its number: none was entered by hand."""
    name = number_field(transition)
    return name is not None and not item.data.get(name)
