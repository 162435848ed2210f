"""Which actions of a process are drawn as arrows between states, and which as a short arrow at one end.

An action that is open at many states (hold, close) would cover the picture with lines that say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflow.definition.course import leading
from workflow.definition.model import BEFORE_HOLD, EARLIER, SAME, Definition, Transition
from workflow.text import Text

# From more states than this, one stub at the target stands for all of them.
MOST_ARROWS = 3
_ASIDE = re.compile(r"\s*[（(].*[）)]$")


@dataclass(frozen=True, slots=True)
class Arrow:
    """From state to state; an empty end stands for several states. `labels` has one name for each action on it."""

    source: str
    target: str
    labels: tuple[Text, ...]
    is_back: bool
    is_closed: bool

    @property
    def is_stub(self) -> bool:
        return not (self.source and self.target)


def arrows(definition: Definition) -> list[Arrow]:
    """In the order of the file, actions between the same states together. What changes no state is no arrow."""
    found: dict[tuple[str, str], Arrow] = {}
    for transition in definition.transitions.values():
        for arrow in _arrows(definition, transition):
            ends = (arrow.source, arrow.target)
            other = None if arrow.is_stub else found.get(ends)
            if other is None:
                found[ends if not arrow.is_stub else (arrow.source, f"{arrow.target} {transition.action}")] = arrow
            else:
                is_closed = other.is_closed and arrow.is_closed
                found[ends] = Arrow(*ends, other.labels + arrow.labels, other.is_back, is_closed)
    return list(found.values())


def _arrows(definition: Definition, transition: Transition) -> Iterator[Arrow]:
    name = Text(_ASIDE.sub("", transition.label.zh), _ASIDE.sub("", transition.label.en))
    is_closed = transition.not_yet is not None
    if transition.target == BEFORE_HOLD:
        back = Text(f"{name.zh}（回到原步骤）", f"{name.en} (where it was)")
        yield from (Arrow(source, "", (back,), True, is_closed) for source in transition.sources)
    elif transition.target == EARLIER:
        back = Text(f"{name.zh}（回到办过的步骤）", f"{name.en} (where it has been)")
        yield from (Arrow(source, "", (back,), True, is_closed) for source in transition.sources)
    elif transition.target != SAME:
        sources = [source for source in transition.sources if source != transition.target]
        if len(sources) > MOST_ARROWS:
            many = Text(f"{name.zh}（{len(sources)} 个步骤可用）", f"{name.en} (from {len(sources)} steps)")
            yield Arrow("", transition.target, (many,), False, is_closed)
            return
        for source in sources:
            is_back = definition.states[source].is_open and transition not in leading(definition, source)
            yield Arrow(source, transition.target, (name,), is_back, is_closed)
