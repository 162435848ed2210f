"""Where the clocks of a process can run and where they have to, as follows from its actions alone. Pure.

Of clocks that effects start or stop nothing follows here, nor of one that a rule may leave out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.definition.model import BEFORE_HOLD, EARLIER, SAME, Definition, Transition

# T03 next visit, T05 transfer, T16 and T17 term of office, P02 the checks of an activist.
BY_EFFECTS = frozenset({"T03", "T05", "T16", "T17", "P02"})


def may_run(definition: Definition) -> Mapping[str, frozenset[str]]:
    """The states in which each clock can run or be paused; a clock of which nothing follows is left out."""
    return {code: _reached(definition, code) for code in _followed(definition)}


def has_to_run(definition: Definition) -> Mapping[str, str]:
    """Open states whose own clock runs, or is paused, in every case that stands there: state -> code."""
    followed = _followed(definition)
    return {
        state.code: code
        for state in definition.states.values()
        if (code := state.deadline) in followed
        and code is not None
        and state.is_open
        and definition.deadlines[code].starts_from is None
        and state.code in _held_everywhere(definition, code)
    }


def _followed(definition: Definition) -> set[str]:
    started = {code for t in definition.transitions.values() for code in (*t.clocks.start, *t.clocks.restart)}
    first = definition.states[definition.initial].deadline
    own = {state.deadline for state in definition.states.values() if state.deadline}
    return (started | ({first} if first else set())) & own - BY_EFFECTS


def _reached(definition: Definition, code: str) -> frozenset[str]:
    """Grows from where the clock is started along every way that does not stop it."""
    first = definition.states[definition.initial]
    found = {first.code} if first.deadline == code else set()
    while True:
        more = {
            target
            for transition in definition.transitions.values()
            for source, target in _ways(definition, transition)
            if _starts(definition, transition, target, code) or (source in found and not _stops(transition, code))
        }
        if more <= found:
            return frozenset(found)
        found |= more


def _held_everywhere(definition: Definition, code: str) -> frozenset[str]:
    """Shrinks from all states to those that no way enters without the clock."""
    first = definition.states[definition.initial]
    held = set(definition.states) - (set() if first.deadline == code else {first.code})
    while True:
        lost = {
            target
            for transition in definition.transitions.values()
            for source, target in _ways(definition, transition)
            if not _starts(definition, transition, target, code) and (source not in held or _stops(transition, code))
        }
        if not lost & held:
            return frozenset(held)
        held -= lost


def _ways(definition: Definition, transition: Transition) -> Iterator[tuple[str, str]]:
    """What came back from a hold stands where it stood, with the clocks it had: no way of its own."""
    for source in transition.sources:
        if transition.target == EARLIER:
            yield from ((source, target) for target in definition.states)
        elif transition.target != BEFORE_HOLD:
            yield source, source if transition.target == SAME else transition.target


def _starts(definition: Definition, transition: Transition, target: str, code: str) -> bool:
    if transition.target == EARLIER and definition.states[target].deadline == code:
        return True
    return code in (*transition.clocks.start, *transition.clocks.restart)


def _stops(transition: Transition, code: str) -> bool:
    return transition.clocks.stop_all or code in transition.clocks.stop
