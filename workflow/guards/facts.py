"""What guards look at: a case as it is, and an action as it is attempted. Plain values, no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from workflow.clock import WorkCalendar
from workflow.definition.model import Transition
from workflow.rules.book import Rule, RuleBook
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class InstructorFacts:
    """An instructor proposed for the case; `load` counts the open cases already held, this one left out."""

    id: int
    is_active: bool
    is_instructor: bool
    serves_here: bool
    is_full_member: bool
    under_discipline: bool
    term_from: date | None
    term_to: date | None
    load_cap: int | None
    load: int


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The person whose case it is; the training is what counts as that of a development target."""

    born_on: date | None = None
    training_days: int = 0
    training_hours: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """An enterprise in a joint branch beside the lead unit, by the case that joined."""

    case_id: int
    enterprise_id: int
    name: str
    full_members: int
    probationary_members: int


@dataclass(frozen=True, slots=True)
class JointFacts:
    """The case another one is to join; `units` counts the enterprises in it, the lead unit among them."""

    case_id: int
    version: int
    state: str
    form: str
    committee_id: int
    principles: frozenset[str]
    units: int


@dataclass(frozen=True)
class CaseFacts:
    """A case as it is now. What costs a query is a function, asked only by the guard that needs it.

    Members are counted over all units of a joint branch; `own_full_members` are the enterprise's alone, and `units`
    those that joined it.
    """

    state: str
    form: str
    full_members: int
    probationary_members: int
    facts: Mapping[str, Any]
    instructor_id: int | None
    submitter_id: int | None
    committee_may_approve: bool
    credit_code: str
    employees: int | None = None
    town_id: int = 0
    id: int = 0
    committee_id: int = 0
    own_full_members: int = 0
    units: tuple[Unit, ...] = ()
    read_joint: Callable[[int], JointFacts | None] = field(default=lambda _case_id: None)
    joint_is_founded: Callable[[], bool] = field(default=lambda: False)
    has_chamber_people: Callable[[], bool] = field(default=lambda: False)
    has_instructors: Callable[[], bool] = field(default=lambda: True)
    count_visits: Callable[[], int] = field(default=lambda: 0)
    list_papers: Callable[[], frozenset[str]] = field(default=lambda: frozenset())
    count_other_open_cases: Callable[[], int] = field(default=lambda: 0)
    list_earlier_states: Callable[[], tuple[str, ...]] = field(default=lambda: ())
    read_person: Callable[[], PersonFacts] = field(default=PersonFacts)
    read_calendar: Callable[[], WorkCalendar] = field(default=lambda: WorkCalendar({}, frozenset()))

    @cached_property
    def visits(self) -> int:
        return self.count_visits()

    @cached_property
    def papers(self) -> frozenset[str]:
        return self.list_papers()

    @cached_property
    def other_open_cases(self) -> int:
        return self.count_other_open_cases()

    @cached_property
    def earlier_states(self) -> tuple[str, ...]:
        """States further back on the road where the case has been, in the order of the road."""
        return self.list_earlier_states()

    @cached_property
    def person(self) -> PersonFacts:
        return self.read_person()

    @cached_property
    def calendar(self) -> WorkCalendar:
        return self.read_calendar()

    def day(self, name: str) -> date | None:
        """A date noted on the case, or None."""
        value = self.facts.get(name)
        return date.fromisoformat(value) if value else None


@dataclass(frozen=True)
class Attempt:
    """An action somebody wants to take. `data` is None while only asking whether it could be taken.

    `principal_id` is the person in whose place the actor acts, None where it is in the actor's own right.
    """

    transition: Transition
    rules: RuleBook
    occurred_on: date
    today: date
    actor_id: int | None
    principal_id: int | None = None
    data: Mapping[str, Any] | None = None
    instructor: InstructorFacts | None = None
    paper_names: Mapping[str, Text] = field(default_factory=dict)

    def rule(self, code: str) -> Rule:
        return self.rules.at(code, self.occurred_on)

    def number(self, code: str) -> int:
        return self.rule(code).value

    @property
    def entered(self) -> Mapping[str, Any]:
        """The data; only guards that are asked about data may call it."""
        if self.data is None:
            raise LookupError("there is no data while only asking")
        return self.data

    def day(self, name: str) -> date:
        return date.fromisoformat(self.entered[name])
