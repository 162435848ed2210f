"""The only file that knows the `transitions` library.

One shared machine for each definition version: no registered models, no automatic transitions, no queue, guards by
known name. A refused action always raises and says which conditions are not met; False never leaves this file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from transitions import EventData, Machine, MachineError

from workflow.definition.model import BEFORE_HOLD, EARLIER, SAME, Definition, Transition
from workflow.errors import NotFound, TransitionRefused
from workflow.guards import GUARDS, MENDERS, Attempt, CaseFacts, Problem
from workflow.text import Text


@dataclass
class Token:
    """What the machine moves: a place on the map. The case row itself is never handed to the library."""

    state: str
    held_from: str | None = None


@dataclass
class _Firing:
    """Travels with one event and brings the answers back."""

    case: CaseFacts
    attempt: Attempt
    overridden: frozenset[str]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Moved:
    """A permitted move; `overridden` lists the soft problems a manager took upon himself."""

    source: str
    target: str
    overridden: tuple[Problem, ...]


class ProcessMachine:
    """A definition made runnable; safe to share between threads, for nothing of a case is kept in it."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._machine = Machine(
            model=None,
            states=list(definition.states),
            initial=definition.initial,
            auto_transitions=False,
            send_event=True,
            queued=False,
        )
        for transition in definition.transitions.values():
            self._add(transition)

    def _add(self, transition: Transition) -> None:
        common: dict[str, Any] = {"trigger": transition.action, "conditions": [_guards_hold]}
        if transition.target == EARLIER:
            self._add_ways_back(transition, common)
            return
        if transition.target != BEFORE_HOLD:
            target = None if transition.target == SAME else transition.target
            self._machine.add_transition(source=list(transition.sources), dest=target, **common)
            return
        for state in self.definition.open_states:
            if state not in transition.sources:
                self._machine.add_transition(
                    source=list(transition.sources),
                    dest=state,
                    **{**common, "conditions": [_was_held_from(state), _guards_hold]},
                )

    def _add_ways_back(self, transition: Transition, common: dict[str, Any]) -> None:
        for state in self.definition.open_states:
            for source in transition.sources:
                if self.definition.states[state].order < self.definition.states[source].order:
                    self._machine.add_transition(
                        source=source, dest=state, **{**common, "conditions": [_is_named(state), _guards_hold]}
                    )

    def transition(self, action: str) -> Transition:
        """Raises NotFound for an action the process does not have."""
        if action not in self.definition.transitions:
            raise NotFound("action", action)
        return self.definition.transitions[action]

    def problems(self, case: CaseFacts, attempt: Attempt) -> list[Problem]:
        """Every condition that is not met now, hard and soft; empty means the action is open."""
        transition = attempt.transition
        if case.state not in transition.sources:
            return [self._not_from_here(case.state, transition)]
        if transition.not_yet:
            return [_not_yet(transition)]
        return _collect(case, attempt)

    def fire(
        self, case: CaseFacts, attempt: Attempt, *, held_from: str | None, overridden: frozenset[str] = frozenset()
    ) -> Moved:
        """Answers where the action leads; raises TransitionRefused with all problems where it may not be taken.

        `overridden` names soft guards a manager overrides; it never opens a hard one.
        """
        action = attempt.transition.action
        if case.state not in attempt.transition.sources or attempt.transition.not_yet:
            raise TransitionRefused(action, case.state, self.problems(case, attempt))
        token, firing = Token(case.state, held_from), _Firing(case, attempt, overridden)
        try:
            fired = self._machine.events[action].trigger(token, firing=firing)
        except (MachineError, ValueError) as error:  # an unknown state in the database is a ValueError of the library
            raise TransitionRefused(
                action, case.state, [self._not_from_here(case.state, attempt.transition)]
            ) from error
        if not fired:
            raise TransitionRefused(action, case.state, firing.problems or _collect(case, attempt))
        return Moved(case.state, token.state, tuple(p for p in firing.problems if p.soft))

    def _not_from_here(self, state: str, transition: Transition) -> Problem:
        here = self._name(state)
        names = [self._name(source) for source in transition.sources]
        return Problem(
            "STATE",
            "state",
            Text(
                f"现在是“{here.zh}”，“{transition.label.zh}”只能在：{'、'.join(n.zh for n in names)}",
                f'The case is "{here.en}"; "{transition.label.en}" is possible in: {", ".join(n.en for n in names)}',
            ),
            MENDERS["you"],
            "history",
        )

    def _name(self, state: str) -> Text:
        known = self.definition.states.get(state)
        return known.name if known else Text(state, state)


def _not_yet(transition: Transition) -> Problem:
    text = transition.not_yet
    if text is None:
        raise ValueError("only an action that is still closed has this problem")
    return Problem("NOT_YET", "not_yet", text, MENDERS["manager"], "history")


def _collect(case: CaseFacts, attempt: Attempt) -> list[Problem]:
    return [p for name in attempt.transition.guards for p in GUARDS[name].problems(case, attempt)]


def _guards_hold(event: EventData) -> bool:
    firing: _Firing = event.kwargs["firing"]
    firing.problems = _collect(firing.case, firing.attempt)
    return all(p.soft and p.guard in firing.overridden for p in firing.problems)


def _was_held_from(state: str) -> Any:
    def was_held_from_here(event: EventData) -> bool:
        token: Any = event.model
        return bool(token.held_from == state)

    return was_held_from_here


def _is_named(state: str) -> Any:
    def is_named(event: EventData) -> bool:
        firing: _Firing = event.kwargs["firing"]
        return bool(firing.attempt.entered.get("to_state") == state)

    return is_named


@dataclass(frozen=True)
class _Versioned:
    """Lets the cache compare definitions by their digest: their mappings cannot be hashed."""

    digest: str
    definition: Definition = field(compare=False)


@lru_cache(maxsize=32)
def _machine_of(versioned: _Versioned) -> ProcessMachine:
    return ProcessMachine(versioned.definition)


def machine_for(definition: Definition) -> ProcessMachine:
    """The one shared machine of a definition version."""
    return _machine_of(_Versioned(definition.digest, definition))
