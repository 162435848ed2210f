"""What a process is: frozen values, read from a file and proved sound before use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.definition.approval import Approval, Policy
from workflow.text import Text

SAME = "same"
BEFORE_HOLD = "before_hold"
ANY_OPEN = "any_open"
EARLIER = "earlier"
ALONE = Approval(Policy.ANY)
# What a committee in session can answer to a case by one of its actions; agreeing is what brings it on the agenda.
AGREE = "agree"
SESSION_ANSWERS = (AGREE, "refuse", "return")


@dataclass(frozen=True, slots=True)
class Group:
    """Who may act: holders of one of `roles` at the place `at` (case, committee, area, above, chamber)."""

    code: str
    name: Text
    roles: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A headline of the pipeline; `is_beside` for those beside the road (on hold, ended)."""

    code: str
    name: Text
    is_beside: bool


@dataclass(frozen=True, slots=True)
class FirstStep:
    """What has to come before the owner's own step: `owner` holds the state until the fact `until` is noted."""

    owner: str
    action: str
    until: str


@dataclass(frozen=True, slots=True)
class State:
    """Where a case stands; `order` is its place on the road."""

    code: str
    order: int
    name: Text
    stage: str
    owner: str
    is_open: bool
    coverage: str
    deadline: str | None
    no_deadline: Text | None
    first: FirstStep | None = None

    def first_due(self, facts: Mapping[str, Any]) -> FirstStep | None:
        """The step that still comes before the owner's, or None."""
        return self.first if self.first is not None and not facts.get(self.first.until) else None


@dataclass(frozen=True, slots=True)
class DeadlineSpec:
    """A clock: it ends on the date entered as `from_fact` where there is one, else after a rule's number in `unit`.

    `repeat`: after its last alert it speaks up again each so many days. `escalate`: from that day after the due day on
    these groups are told as well. `on_overdue`: the action the system takes once the due day has passed. `after_pause`:
    the rule that says whether a pause is followed by the whole time again (1) or by what was left of it (0).
    """

    code: str
    name: Text
    rule: str | None
    unit: str | None
    from_fact: str | None
    alerts: tuple[int, ...]
    tell: tuple[str, ...]
    runs_on_hold: bool
    # The date that was entered from which the time counts; the day of the action where there is none.
    starts_from: str | None = None
    repeat: int | None = None
    escalate: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    on_overdue: str | None = None
    after_pause: str | None = None

    @property
    def thresholds(self) -> tuple[int, ...]:
        """All days, counted from the due day, on which something is to be done: alerts, escalations, the action."""
        acts = (1,) if self.on_overdue else ()
        return tuple(sorted({*self.alerts, *self.escalate, *acts}))

    @property
    def repeats(self) -> tuple[int, int] | None:
        """The last alert and how often it is repeated, as `workflow/alerts.py` reads it."""
        return (max(self.alerts), self.repeat) if self.repeat and self.alerts else None

    def told_at(self, threshold: int) -> tuple[str, ...]:
        """The groups to tell at a threshold: those of the deadline, and whoever it has been escalated to by then."""
        further = [group for day, groups in sorted(self.escalate.items()) if day <= threshold for group in groups]
        return tuple(dict.fromkeys((*self.tell, *further)))


@dataclass(frozen=True, slots=True)
class DocumentSpec:
    code: str
    name: Text
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """Something entered with an action. `columns` only for rows, `choices` only for choice."""

    name: str
    label: Text
    type: str
    is_optional: bool = False
    default: object = None
    example: object = None
    minimum: int | None = None
    maximum: int | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)
    columns: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Clocks:
    """What an action does to the clocks of its case; a clock that one action paused goes on when another starts it."""

    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()
    pause: tuple[str, ...] = ()
    pause_all: bool = False
    resume_all: bool = False
    stop_all: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """One action. `not_yet` says why a described action is still closed; `is_routine` marks everyday records.

    `target` EARLIER: the state that is named in what is entered (`to_state`), where the case has been before.
    `in_session` is the answer of a committee's session that takes this action, None where it takes none.
    """

    action: str
    number: str
    label: Text
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    guards: tuple[str, ...]
    papers: tuple[str, ...]
    fields: tuple[Field, ...]
    reason: str
    clocks: Clocks
    tell: tuple[str, ...]
    effects: tuple[str, ...]
    automatic_when: str | None
    not_yet: Text | None
    is_routine: bool
    approval: Approval = ALONE
    in_session: str | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole process, one version of it. `digest` is SHA-256 of the file it was read from.

    `renamed_states` says for states of earlier versions which state of this one they are.
    """

    process: str
    version: int
    name: Text
    initial: str
    groups: Mapping[str, Group]
    stages: Mapping[str, Stage]
    states: Mapping[str, State]
    deadlines: Mapping[str, DeadlineSpec]
    documents: Mapping[str, DocumentSpec]
    transitions: Mapping[str, Transition]
    digest: str
    renamed_states: Mapping[str, str] = field(default_factory=dict)

    def leaving(self, state: str) -> list[Transition]:
        """The actions that leave a state or act in it, in the order of the file."""
        return [t for t in self.transitions.values() if state in t.sources]

    def session_answers(self, state: str) -> dict[str, Transition]:
        """What a committee in session can decide on a case in a state, by answer; nothing where it cannot agree."""
        found = {t.in_session: t for t in self.leaving(state) if t.in_session and not t.not_yet}
        return {answer: found[answer] for answer in SESSION_ANSWERS if answer in found} if AGREE in found else {}

    @property
    def session_states(self) -> list[str]:
        return [code for code in self.states if self.session_answers(code)]

    def automatic(self, state: str) -> list[Transition]:
        return [t for t in self.transitions.values() if t.automatic_when and state in t.sources and not t.not_yet]

    def states_of_stage(self, stage: str) -> list[str]:
        return [s.code for s in self.states.values() if s.stage == stage]

    @property
    def open_states(self) -> list[str]:
        return [s.code for s in self.states.values() if s.is_open]
