"""When a person can be what at the earliest, worked out from the rules: never a forecast of anybody's decision.

National minimums alone: a year of cultivation, five working days of publicity, a year of probation. What takes as long
as people need (talks, review, training, approval) is reckoned with no day at all, so the day shown is the very first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from workflow.clock import WorkCalendar, add_months
from workflow.guards.admission_days import day_for_rules
from workflow.rules import RuleBook
from workflow.text import Text

ACTIVIST, TARGET, PROBATIONARY, FULL = "activist", "target", "probationary", "full"
WORDS = {
    ACTIVIST: Text("最早成为积极分子", "earliest activist"),
    TARGET: Text("最早列为发展对象", "earliest development target"),
    PROBATIONARY: Text("最早成为预备党员", "earliest probationary member"),
    FULL: Text("最早转为正式党员", "earliest full member"),
}
# What lies behind a person in each state.
BEHIND = {
    "activist": (ACTIVIST,),
    "target_proposed": (ACTIVIST,),
    "target": (ACTIVIST, TARGET),
    "prereviewed": (ACTIVIST, TARGET),
    "accepted": (ACTIVIST, TARGET),
    "probationary": (ACTIVIST, TARGET, PROBATIONARY),
    "extended": (ACTIVIST, TARGET, PROBATIONARY),
    "turn_requested": (ACTIVIST, TARGET, PROBATIONARY),
}


@dataclass(frozen=True, slots=True)
class Milestone:
    """`is_provisional` where a year's working calendar is not out yet."""

    code: str
    on: date
    is_provisional: bool = False

    @property
    def words(self) -> Text:
        return WORDS[self.code]

    @property
    def month(self) -> str:
        return f"{self.on:%Y-%m}"


@dataclass(frozen=True)
class _Reckoning:
    facts: Mapping[str, Any]
    rules: RuleBook
    calendar: WorkCalendar
    today: date

    def number(self, code: str, day: date) -> int:
        return self.rules.number(code, day_for_rules(self.facts, day))

    def day(self, name: str) -> date | None:
        value = self.facts.get(name)
        return date.fromisoformat(value) if value else None

    def months_after(self, day: date, code: str) -> date:
        return add_months(day, self.number(code, day))

    def not_past(self, day: date) -> date:
        return max(day, self.today)


def milestones(
    state: str, facts: Mapping[str, Any], rules: RuleBook, calendar: WorkCalendar, today: date
) -> tuple[Milestone, ...]:
    """Those that lie ahead of a person in an open state, in their order."""
    reckoning = _Reckoning(facts, rules, calendar, today)
    activist = reckoning.day("activist_on") or today
    target, provisional = _target(reckoning, activist)
    met = reckoning.day("admission_meeting_on") or target
    ends = reckoning.day("extended_until") or reckoning.months_after(met, "member_probation_months")
    found = (
        Milestone(ACTIVIST, activist),
        Milestone(TARGET, target, provisional),
        Milestone(PROBATIONARY, reckoning.not_past(met), provisional),
        Milestone(FULL, reckoning.not_past(ends), provisional),
    )
    behind = BEHIND.get(state, ())
    return tuple(one for one in found if one.code not in behind)


def _target(reckoning: _Reckoning, activist: date) -> tuple[date, bool]:
    """The year of cultivation, then the publicity, and the listing on the day after it."""
    if (listed := reckoning.day("listed_on")) is not None:
        return reckoning.not_past(listed), False
    ready = reckoning.not_past(reckoning.months_after(activist, "member_cultivation_months"))
    workdays = reckoning.number("member_publicity_workdays", ready)
    until = reckoning.day("publicity_until")
    if until is not None:
        return reckoning.not_past(until + timedelta(days=1)), False
    if not workdays:
        return ready, False
    due = reckoning.calendar.nth_workday(ready, workdays)
    return due.day + timedelta(days=1), due.provisional


def full_member_at(state: str, facts: Mapping[str, Any], rules: RuleBook, calendar: WorkCalendar, today: date) -> date:
    """The day a person in an open state can be a full member at the earliest."""
    return milestones(state, facts, rules, calendar, today)[-1].on
