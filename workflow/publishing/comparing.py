"""What another version of the process would mean for a case: nothing, a move under other words, or a person's work.

Pure: it looks at two definitions and at where the case stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from workflow.definition.model import Definition
from workflow.definition.versions import Versions
from workflow.text import Text


class Fate(StrEnum):
    UNAFFECTED = "unaffected"
    MAPPED = "mapped"
    NEEDS_PERSON = "needs_person"


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a case decides; `clocks` are the codes of its deadlines that are not stopped."""

    version: int
    state: str
    held_from: str | None
    clocks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` and `held_from` are names in the other version; `state` None: that version has no such step.

    `reasons` say why a person is needed.
    """

    fate: Fate
    state: str | None
    held_from: str | None
    reasons: tuple[Text, ...] = ()


class Comparison:
    """Judges cases of any published version against `target`; equal standings are judged once."""

    def __init__(self, versions: Versions, target: Definition) -> None:
        self.target = target
        self._versions = versions
        self._judged: dict[Standing, tuple[Verdict, frozenset[str]]] = {}

    def judge(self, standing: Standing, facts: Mapping[str, Any]) -> Verdict:
        if standing not in self._judged:
            self._judged[standing] = self._judge(standing)
        verdict, wanted = self._judged[standing]
        missing = sorted(name for name in wanted if facts.get(name) in (None, ""))
        if not missing:
            return verdict
        return replace(verdict, fate=Fate.NEEDS_PERSON, reasons=(*verdict.reasons, self._facts_missing(missing)))

    def name_of(self, state: str, number: int) -> str | None:
        """What a state of another version is called in the target; None where it has no such step."""
        if state in self.target.states:
            return state
        for names in self._renamings(number):
            state = names.get(state, state)
            if state in self.target.states:
                return state
        return None

    def _renamings(self, number: int) -> Iterator[Mapping[str, str]]:
        """From the case's version to the target, version by version; backwards by the names turned round."""
        known = {**self._versions.by_number, self.target.version: self.target}
        if number <= self.target.version:
            yield from (known[n].renamed_states for n in sorted(known) if number < n <= self.target.version)
            return
        passed = [known[n].renamed_states for n in sorted(known, reverse=True) if self.target.version < n <= number]
        yield from ({new: old for old, new in names.items()} for names in passed)

    def _judge(self, standing: Standing) -> tuple[Verdict, frozenset[str]]:
        old = self._versions.of(standing.version)
        state = self.name_of(standing.state, standing.version)
        held_from = self.name_of(standing.held_from, standing.version) if standing.held_from else None
        reasons = tuple(self._reasons(old, standing, state, held_from))
        if reasons or state is None:
            return Verdict(Fate.NEEDS_PERSON, state, held_from, reasons), frozenset()
        wanted = self._facts_wanted(old, standing, state)
        is_same = _picture(old, standing.state, standing) == _picture(self.target, state, standing)
        if standing.held_from:
            is_same &= _picture(old, standing.held_from, standing) == _picture(self.target, held_from, standing)
        return Verdict(Fate.UNAFFECTED if is_same else Fate.MAPPED, state, held_from), wanted

    def _reasons(self, old: Definition, standing: Standing, state: str | None, held_from: str | None) -> Iterator[Text]:
        if state is None:
            yield _gone(old, standing.state)
        elif not self.target.states[state].is_open:
            yield CLOSED_THERE.filled(state=self.target.states[state].name)
        if standing.held_from and held_from is None:
            yield _gone(old, standing.held_from)
        for code in sorted(standing.clocks - self.target.deadlines.keys()):
            name = old.deadlines[code].name if code in old.deadlines else Text(code, code)
            yield CLOCK_GONE.filled(clock=name, code=code)

    def _facts_wanted(self, old: Definition, standing: Standing, state: str) -> frozenset[str]:
        """What has always been entered where the target has a case in this state, and need not have been before."""
        return (_entered_before(self.target, state) - _entered_before(old, standing.state)) | self._day_wanted(
            old, standing, state
        )

    def _day_wanted(self, old: Definition, standing: Standing, state: str) -> frozenset[str]:
        """A clock that would begin with the move and ends on a day that has to be entered."""
        code = self.target.states[state].deadline
        if code is None or code == old.states[standing.state].deadline or code in standing.clocks:
            return frozenset()
        spec = self.target.deadlines[code]
        return frozenset({spec.from_fact} if spec.from_fact and not spec.rule else ())

    def _facts_missing(self, names: Iterable[str]) -> Text:
        labels = {field.name: field.label for t in self.target.transitions.values() for field in t.fields}
        found = [labels.get(name, Text(name, name)) for name in names]
        return FACTS_MISSING.filled(
            facts=Text("、".join(label.zh for label in found), ", ".join(label.en for label in found))
        )


GONE = Text(
    "新版本没有“{state}”（{code}）这一步，也没有在 renamed_states 里写明改到哪一步",
    'the new version has no step "{state}" ({code}), and renamed_states does not say which one it is there',
)
CLOSED_THERE = Text("在新版本里“{state}”是办结步骤", 'in the new version "{state}" is a finished step')
CLOCK_GONE = Text(
    "期限“{clock}”（{code}）正在计时，新版本没有这个期限",
    'the deadline "{clock}" ({code}) is running, and the new version has none of that code',
)
FACTS_MISSING = Text("新版本在这一步要求已填写：{facts}", "the new version wants entered by this step: {facts}")


def _gone(old: Definition, state: str) -> Text:
    return GONE.filled(state=old.states[state].name, code=state)


def _picture(definition: Definition, state: str | None, standing: Standing) -> object:
    """All that is said of a case that stands here: the step, its clocks, the actions that leave it, who takes them.

    Two pictures are equal where nothing changes for the case. From where else an action leaves does not matter to it.
    """
    if state is None:
        return None
    here, leaving = definition.states[state], definition.leaving(state)
    clocks = {*standing.clocks, *([here.deadline] if here.deadline else [])}
    groups = {here.owner, *(code for transition in leaving for code in transition.by)}
    return (
        replace(here, order=0),
        [replace(transition, sources=()) for transition in leaving],
        {code: definition.deadlines.get(code) for code in clocks},
        {code: definition.groups.get(code) for code in groups},
    )


def _entered_before(definition: Definition, state: str) -> frozenset[str]:
    """The facts every way forward into a state enters; who comes back to it has been there before."""
    order = {code: one.order for code, one in definition.states.items()}
    ways = [
        frozenset(f.name for f in transition.fields if not f.is_optional)
        for transition in definition.transitions.values()
        if transition.target == state
        and not transition.is_routine
        and any(order[source] < order[state] for source in transition.sources)
    ]
    return frozenset.intersection(*ways) if ways else frozenset()
