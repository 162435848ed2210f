"""The versions of one process that cases live by, side by side: each case keeps the one it began with."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from workflow.definition.model import Definition, DocumentSpec, Stage, State
from workflow.errors import Conflict
from workflow.text import Text

Value = TypeVar("Value")
PUBLISHED_SINCE = Text("流程刚刚发布了新版本：请刷新页面", "A version of the process was published just now: reload")


@dataclass(frozen=True)
class Versions:
    """`current` is the one new cases begin with; `by_number` are all that were published."""

    current: Definition
    by_number: Mapping[int, Definition]

    def of(self, number: int) -> Definition:
        """Raises Conflict for one that was published after these were read: reading again helps."""
        if number not in self.by_number:
            raise Conflict(PUBLISHED_SINCE)
        return self.by_number[number]

    @cached_property
    def newest_first(self) -> tuple[Definition, ...]:
        """The current version, then the others from the newest on."""
        others = sorted(set(self.by_number) - {self.current.version}, reverse=True)
        return (self.current, *(self.by_number[number] for number in others))

    @cached_property
    def stages(self) -> Mapping[str, Stage]:
        """The headline stages of the current version in their order, then those only others have."""
        return _merged([d.stages for d in self.newest_first])

    @cached_property
    def states(self) -> Mapping[str, State]:
        """Each state under the words of the current version, or else of the newest one that has it."""
        return _merged([d.states for d in self.newest_first])

    @cached_property
    def documents(self) -> Mapping[str, DocumentSpec]:
        """Each kind of document in the words of the newest version that has it."""
        return _merged([d.documents for d in self.newest_first])

    def state_name(self, code: str, number: int = 0) -> Text:
        """In the words of a version, where it has the state; its code where no version knows it."""
        own = self.by_number[number].states if number in self.by_number else {}
        known = own.get(code) or self.states.get(code)
        return known.name if known else Text(code, code)

    def stages_in(self, definition: Definition) -> Mapping[str, str]:
        """The stage of each state as one version has it, and of states it does not know as the newest does that has it.

        A history may name states of a version its case has left.
        """
        return self._stages_by_number[definition.version]

    @cached_property
    def _stages_by_number(self) -> Mapping[int, Mapping[str, str]]:
        return {
            number: {code: (d.states.get(code) or state).stage for code, state in self.states.items()}
            for number, d in self.by_number.items()
        }

    def states_of_stage(self, definition: Definition, stage: str) -> frozenset[str]:
        return frozenset(code for code, of in self.stages_in(definition).items() if of == stage)

    def alike(self, key: Callable[[Definition], Hashable]) -> list[tuple[Definition, tuple[int, ...]]]:
        """The versions, those for which `key` is the same together: one version to ask, and the numbers it speaks for.

        Mostly there is one group, and then nobody has to tell versions apart.
        """
        groups: dict[Hashable, list[Definition]] = {}
        for definition in self.newest_first:
            groups.setdefault(key(definition), []).append(definition)
        return [(found[0], tuple(d.version for d in found)) for found in groups.values()]


def _merged(parts: Sequence[Mapping[str, Value]]) -> Mapping[str, Value]:
    merged: dict[str, Value] = {}
    for part in parts:
        for code, value in part.items():
            merged.setdefault(code, value)
    return merged
