"""The proof that a definition is sound. Each check answers what it found; a fault names its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from workflow.definition.alarms import prove_alerts
from workflow.definition.model import BEFORE_HOLD, EARLIER, SAME, Definition, FirstStep, Transition
from workflow.definition.reading import Faults
from workflow.effect_names import DERIVED_FACTS
from workflow.rules.book import RuleBook

UNITS = frozenset({"working_days", "days", "months"})
# Days an effect works out from what was entered.
MADE_BY_EFFECTS = frozenset({"checked_until"})
COVERAGES = frozenset({"none", "work", "organisation", "keeps"})


def prove(
    definition: Definition, faults: Faults, *, guards: Collection[str], effects: Collection[str], rules: RuleBook
) -> None:
    """Adds every fault to `faults`: names that mean nothing, states nobody reaches, owns, times or leaves."""
    _names(definition, faults, set(guards), set(effects))
    _deadlines(definition, faults, rules)
    if definition.initial not in definition.states:
        faults.add(("initial",), f"unknown state {definition.initial}")
        return
    _renamings(definition, faults)
    _ambiguous_triggers(definition, faults)
    _session_answers(definition, faults)
    _reachability(definition, faults)
    _standing(definition, faults)


def _unknown(names: Iterable[str], known: Collection[str]) -> str:
    return ", ".join(sorted({n for n in names if n not in known}))


def _names(definition: Definition, faults: Faults, guards: set[str], effects: set[str]) -> None:
    for code, state in definition.states.items():
        path = ("states", code)
        if state.stage not in definition.stages:
            faults.add((*path, "stage"), f"unknown stage {state.stage}")
        if state.owner not in definition.groups:
            faults.add((*path, "owner"), f"unknown owner {state.owner}: name a group")
        if state.first:
            _first(definition, faults, code, state.first)
        if state.deadline and state.deadline not in definition.deadlines:
            faults.add((*path, "deadline"), f"unknown deadline {state.deadline}")
        if state.coverage not in COVERAGES:
            faults.add((*path, "coverage"), f"coverage must be one of {', '.join(sorted(COVERAGES))}")
    for code, paper in definition.documents.items():
        if unknown := _unknown(paper.by, definition.groups):
            faults.add(("documents", code, "by"), f"unknown role {unknown}")
    for action, transition in definition.transitions.items():
        _transition_names(definition, faults, ("transitions", action), transition, guards, effects)


def _first(definition: Definition, faults: Faults, state: str, first: FirstStep) -> None:
    path = ("states", state, "first")
    if first.owner not in definition.groups:
        faults.add(path, f"unknown owner {first.owner}: name a group")
    if not any(t.action == first.action and first.owner in t.by for t in definition.leaving(state)):
        faults.add(path, f"{first.action} is no action of {first.owner} in this state")


def _transition_names(
    definition: Definition,
    faults: Faults,
    path: tuple[str, str],
    transition: Transition,
    guards: set[str],
    effects: set[str],
) -> None:
    clocks = transition.clocks
    automatic = [transition.automatic_when] if transition.automatic_when else []
    checks: list[tuple[str, str, Iterable[str], Collection[str]]] = [
        ("from", "state", transition.sources, definition.states),
        ("to", "state", [transition.target], {*definition.states, SAME, BEFORE_HOLD, EARLIER}),
        ("by", "role", transition.by, definition.groups),
        ("guards", "guard", transition.guards, guards),
        ("automatic_when", "guard", automatic, guards),
        ("papers", "document", transition.papers, definition.documents),
        ("clocks", "deadline", [*clocks.start, *clocks.stop, *clocks.restart, *clocks.pause], definition.deadlines),
        ("tell", "role", transition.tell, definition.groups),
        ("effects", "effect", transition.effects, effects),
    ]
    for key, kind, names, known in checks:
        if unknown := _unknown(names, known):
            faults.add((*path, key), f"unknown {kind} {unknown}")
    roles = {role for code in transition.by if code in definition.groups for role in definition.groups[code].roles}
    if unknown := _unknown(transition.approval.weights, roles):
        faults.add((*path, "approval"), f"weights for {unknown}, who do not take this action")
    if transition.target == EARLIER and "to_state" not in {field.name for field in transition.fields}:
        faults.add((*path, "enter"), "an action that leads to an earlier state enters to_state")
    if not transition.by:
        faults.add((*path, "by"), "nobody may take this action: name at least one group")
    if not transition.sources:
        faults.add((*path, "from"), "the action leaves no state")


def _deadlines(definition: Definition, faults: Faults, rules: RuleBook) -> None:
    entered = {field.name for t in definition.transitions.values() for field in t.fields}
    entered |= {fact for t in definition.transitions.values() for e in t.effects for fact in DERIVED_FACTS.get(e, ())}
    for code, spec in definition.deadlines.items():
        path = ("deadlines", code)
        if spec.rule and spec.rule not in rules:
            faults.add((*path, "rule"), f"unknown rule {spec.rule}")
        if spec.rule and spec.unit not in UNITS:
            faults.add((*path, "unit"), f"unit must be one of {', '.join(sorted(UNITS))}")
        for key, fact in (("from_fact", spec.from_fact), ("starts_from", spec.starts_from)):
            if fact and fact not in {*entered, *MADE_BY_EFFECTS}:
                faults.add((*path, key), f"no action enters {fact}")
        if unknown := _unknown(spec.tell, definition.groups):
            faults.add((*path, "tell"), f"unknown role {unknown}")
        prove_alerts(definition, faults, spec, rules)


def _renamings(definition: Definition, faults: Faults) -> None:
    for old, new in definition.renamed_states.items():
        if new not in definition.states:
            faults.add(("renamed_states", old), f"unknown state {new}: name a state of this version")
        if old in definition.states:
            faults.add(("renamed_states", old), f"{old} is still a state of this version: it keeps its own name")


def _ambiguous_triggers(definition: Definition, faults: Faults) -> None:
    labels: dict[tuple[str, str], str] = {}
    for action, transition in definition.transitions.items():
        for source in transition.sources:
            other = labels.setdefault((source, transition.label.zh), action)
            if other != action:
                faults.add(("transitions", action), f"duplicate trigger: {other} has the same label in {source}")


def _session_answers(definition: Definition, faults: Faults) -> None:
    """A session takes each answer by one action, which is the committee's own."""
    taken: dict[tuple[str, str], str] = {}
    for action, transition in definition.transitions.items():
        if transition.in_session is None:
            continue
        path = ("transitions", action, "in_session")
        if any(definition.groups[code].at != "committee" for code in transition.by if code in definition.groups):
            faults.add(path, "only what the case's own committee does can be decided in its session")
        for source in transition.sources:
            other = taken.setdefault((source, transition.in_session), action)
            if other != action:
                faults.add(path, f"{other} is taken for {transition.in_session} in {source} already")


def _targets(definition: Definition, transition: Transition, source: str) -> list[str]:
    """Where an action can lead; a target nobody knows leads nowhere and is a fault of its own."""
    if transition.target == SAME:
        return [source]
    if transition.target == BEFORE_HOLD:
        return [s.code for s in definition.states.values() if s.is_open and s.code != source]
    if transition.target == EARLIER:
        order = definition.states[source].order
        return [s.code for s in definition.states.values() if s.is_open and s.order < order]
    return [transition.target] if transition.target in definition.states else []


def _reachability(definition: Definition, faults: Faults) -> None:
    reached, frontier = {definition.initial}, [definition.initial]
    while frontier:
        here = frontier.pop()
        for transition in definition.leaving(here):
            # Coming back from a hold, or going back, leads only where the case had been before.
            onward = [] if transition.target in (BEFORE_HOLD, EARLIER) else _targets(definition, transition, here)
            for target in onward:
                if target not in reached:
                    reached.add(target)
                    frontier.append(target)
    for code in definition.states:
        if code not in reached:
            faults.add(("states", code), "unreachable: no action leads here")


def _standing(definition: Definition, faults: Faults) -> None:
    """An open state needs a way on, a way back and a clock that somebody starts (or a reason why none runs)."""
    started = {d for t in definition.transitions.values() for d in (*t.clocks.start, *t.clocks.restart)}
    for code, state in definition.states.items():
        if not state.is_open:
            continue
        onward = {x for t in definition.leaving(code) for x in _targets(definition, t, code) if x != code}
        leads_aside = all(_is_beside(definition, target) for target in onward)
        if not onward or (leads_aside and not _is_beside(definition, code)):
            faults.add(("states", code), "dead end: no action leads on from this open state")
        elif not any(_is_back(definition, code, target) for target in onward):
            faults.add(("states", code), "no way back: nothing returns, holds or closes a case that stands here")
        if not state.deadline and not state.no_deadline:
            faults.add(("states", code), "no deadline: name one, or say in no_deadline why none runs")
        if state.deadline and state.deadline not in started and code != definition.initial:
            faults.add(("states", code, "deadline"), f"no action starts {state.deadline}")


def _is_back(definition: Definition, source: str, target: str) -> bool:
    there = definition.states[target]
    return _is_beside(definition, target) or there.order < definition.states[source].order


def _is_beside(definition: Definition, state: str) -> bool:
    stage = definition.stages.get(definition.states[state].stage)
    return stage is not None and stage.is_beside
