"""What a new version would mean for the open cases, told before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.definition.versions import Versions
from workflow.errors import StateInUse
from workflow.publishing.comparing import Comparison, Fate, Verdict
from workflow.publishing.live import LiveCase, live_cases
from workflow.text import Text

# So many case numbers stand in a sentence.
NAMED = 20


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One open case: where it stands now and would stand, and why a person is needed where one is."""

    case_id: int
    enterprise: str
    scope_path: str
    version: int
    state: str
    state_name: Text
    becomes: Text | None
    fate: Fate
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class Preview:
    """`lines` are all open cases by number. `version` is the version looked at, `from_version` the one in force."""

    process: str
    from_version: int
    version: int
    lines: tuple[CaseLine, ...]
    in_use: StateInUse | None

    @cached_property
    def by_fate(self) -> Mapping[Fate, tuple[CaseLine, ...]]:
        return {fate: tuple(line for line in self.lines if line.fate is fate) for fate in Fate}

    @property
    def movable(self) -> int:
        """Cases that can go on in the new version as they stand."""
        return len(self.by_fate[Fate.UNAFFECTED]) + len(self.by_fate[Fate.MAPPED])


def preview(session: Session, versions: Versions, definition: Definition) -> Preview:
    """Two queries, and one comparison for each different standing."""
    return _preview(versions, definition, list(live_cases(session, definition.process)))


def behind(session: Session, versions: Versions) -> Preview:
    """The same for the version in force, and the open cases that live by an older one."""
    current = versions.current
    cases = live_cases(session, current.process)
    return _preview(versions, current, [case for case in cases if case.standing.version < current.version])


def _preview(versions: Versions, definition: Definition, cases: Sequence[LiveCase]) -> Preview:
    comparison = Comparison(versions, definition)
    return Preview(
        definition.process,
        versions.current.version,
        definition.version,
        tuple(_line(versions, definition, case, comparison.judge(case.standing, case.facts)) for case in cases),
        in_use(versions, definition, comparison, cases),
    )


def _line(versions: Versions, definition: Definition, case: LiveCase, verdict: Verdict) -> CaseLine:
    standing = case.standing
    return CaseLine(
        case.id,
        case.enterprise,
        case.scope_path,
        standing.version,
        standing.state,
        versions.state_name(standing.state, standing.version),
        definition.states[verdict.state].name if verdict.state else None,
        verdict.fate,
        verdict.reasons,
    )


IN_USE = Text(
    "第 {version} 版没有了在办案件正停留的步骤：{states}。"
    "请在文件的 renamed_states 里写明改到哪一步，或由{holders}先办理这些案件",
    "Version {version} drops steps that open cases stand in: {states}. "
    "Say in renamed_states which step each becomes, or have these cases moved on first by: {holders}",
)
STATE_WITH_CASES = Text("“{state}”（{code}）{count} 件：案件 {cases}", '"{state}" ({code}), {count}: cases {cases}')


def in_use(
    versions: Versions, definition: Definition, comparison: Comparison, cases: Iterable[LiveCase]
) -> StateInUse | None:
    """The refusal where open cases stand in, or are held from, a state with nothing to become; None where none does."""
    found: dict[tuple[str, int], list[int]] = {}
    for case in cases:
        for state in filter(None, (case.standing.state, case.standing.held_from)):
            if comparison.name_of(state, case.standing.version) is None:
                found.setdefault((state, case.standing.version), []).append(case.id)
    if not found:
        return None
    owners = {(d := versions.of(number)).groups[d.states[state].owner].name for state, number in found}
    by_state: dict[str, list[int]] = {}
    for (state, _), numbers in found.items():
        by_state.setdefault(state, []).extend(numbers)
    named = [_named(versions.state_name(state), state, numbers) for state, numbers in by_state.items()]
    text = IN_USE.filled(version=definition.version, states=_listed(named), holders=_listed(owners))
    return StateInUse(text, by_state)


def _named(name: Text, code: str, numbers: list[int]) -> Text:
    shown = ", ".join(map(str, sorted(numbers)[:NAMED])) + (" …" if len(numbers) > NAMED else "")
    return STATE_WITH_CASES.filled(state=name, code=code, count=len(numbers), cases=shown)


def _listed(texts: Iterable[Text]) -> Text:
    found = sorted(texts, key=lambda text: text.en)
    return Text("、".join(text.zh for text in found), ", ".join(text.en for text in found))
