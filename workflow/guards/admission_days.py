"""PG14: the days of a person's way to membership, in their order; and which text of the rules counts for a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard
from workflow.rules.book import Rule
from workflow.text import Text

# The order of the twenty-five steps. Days beside each other in one row follow the row before, in no order among them.
ORDER: tuple[Mapping[str, Text], ...] = (
    {"applied_on": Text("递交申请书", "the application")},
    {"talked_on": Text("谈话", "the talk")},
    {"activist_on": Text("确定为积极分子", "naming the activist")},
    {"activist_filed_on": Text("积极分子备案", "filing the activist")},
    {"target_decided_on": Text("支委会研究发展对象", "the branch's decision on the target")},
    {"consent_on": Text("上级党委同意（备案）", "the committee's consent (filing)")},
    {"publicity_from": Text("公示起始", "the start of the publicity")},
    {"publicity_until": Text("公示截止", "the end of the publicity")},
    {"listed_on": Text("列为发展对象", "the listing as target")},
    {"review_on": Text("政治审查结论", "the political review"), "branch_checked_on": Text("支委会审查", "the check")},
    {"prereview_on": Text("预审合格", "the pre-review")},
    {"form_issued_on": Text("发放入党志愿书", "issuing the admission form")},
    {"admission_meeting_on": Text("接收的支部大会", "the branch meeting on the admission")},
    {"talk_on": Text("审批前谈话", "the talk before the approval")},
    {"admission_on": Text("审批预备党员", "the approval of the admission")},
    {"oath_on": Text("入党宣誓", "the oath"), "turn_requested_on": Text("转正申请", "the request to turn full")},
    {"turn_checked_on": Text("转正支委会审查", "the check before turning full")},
    {"turn_meeting_on": Text("讨论转正的支部大会", "the branch meeting on turning full")},
    {"full_on": Text("审批转正", "the approval of turning full")},
)
PLACE = {name: place for place, row in enumerate(ORDER) for name in row}
NAMES = {name: words for row in ORDER for name, words in row.items()}
# Ends a case at any place of the road: not before what went before, that is all.
ENDING = {"ended_on": Text("决定", "the decision")}
# May lie ahead: set days, not days of things that happened.
AHEAD = frozenset({"publicity_until", "extended_until"})
BEFORE_2026, SINCE_2026 = date(2026, 5, 17), date(2026, 5, 18)


def day_for_rules(facts: Mapping[str, Any], day: date) -> date:
    """The day by which a rule is looked up: that of the event, unless the managers chose a text for this case."""
    chosen = facts.get("rules_of", "by_date")
    if chosen == "2014":
        return min(day, BEFORE_2026)
    return max(day, SINCE_2026) if chosen == "2026" else day


def rule_on(case: CaseFacts, attempt: Attempt, code: str, day: date) -> Rule:
    """The row in force on the day of the event, or that of the text chosen for the case."""
    return attempt.rules.at(code, day_for_rules(case.facts, day))


def clause_of(rule: Rule) -> Text:
    """The clause, with a mark where the wording was not compared with an official copy."""
    if rule.is_verified or rule.kind == "product":
        return rule.clause
    return Text(f"{rule.clause.zh}（未核对）", f"{rule.clause.en} (not verified)")


def _entered_days(attempt: Attempt) -> dict[str, date]:
    known = {**NAMES, **ENDING}
    return {name: attempt.day(name) for name in known if attempt.entered.get(name)}


def out_of_order(days: Mapping[str, date], name: str) -> Iterator[tuple[str, str]]:
    """The pairs (earlier step, later step) that `name` puts the wrong way round among these days."""
    place, day = PLACE[name], days[name]
    for other, when in days.items():
        if PLACE[other] < place and when > day:
            yield other, name
        elif PLACE[other] > place and when < day:
            yield name, other


@guard("PG14", "各项日期先后有序、不在将来", "all days in order, none in the future", data=True)
def dates_are_in_order(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    entered = _entered_days(attempt)
    days = _known_days(case.facts) | {name: day for name, day in entered.items() if name in PLACE}
    for name, day in entered.items():
        if day > attempt.today and name not in AHEAD:
            words = NAMES.get(name) or ENDING[name]
            yield self.problem(f"{words.zh}日期 {day} 晚于今天", f"The day of {words.en}, {day}, is later than today")
    # What a later round of the same step enters anew is not held against the days of the round before.
    later = {name for name in days if name not in entered and PLACE[name] > max(map(_place, entered), default=0)}
    kept = {name: day for name, day in days.items() if name not in later}
    for pair in dict.fromkeys(pair for name in entered if name in PLACE for pair in out_of_order(kept, name)):
        yield _wrong_way_round(self, kept, *pair)
    if "ended_on" in entered and kept:
        last = max(kept, key=lambda name: (kept[name], PLACE[name]))
        if last not in AHEAD and entered["ended_on"] < kept[last]:
            yield self.problem(
                f"决定日期 {entered['ended_on']} 早于{NAMES[last].zh} {kept[last]}",
                f"The decision of {entered['ended_on']} is before {NAMES[last].en} of {kept[last]}",
            )


def _place(name: str) -> int:
    return PLACE.get(name, len(ORDER))


def _known_days(facts: Mapping[str, Any]) -> dict[str, date]:
    return {name: date.fromisoformat(facts[name]) for name in PLACE if facts.get(name)}


def _wrong_way_round(self: Guard, days: Mapping[str, date], first: str, then: str) -> Any:
    return self.problem(
        f"{NAMES[then].zh}日期 {days[then]} 早于{NAMES[first].zh} {days[first]}",
        f"The day of {NAMES[then].en}, {days[then]}, is before {NAMES[first].en} of {days[first]}",
    )


@guard("PG14", "更正后各项日期仍先后有序", "the days are still in order once it is corrected", data=True)
def correction_keeps_order(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    name, day = attempt.entered["corrected_fact"], attempt.day("corrected_to")
    days = _known_days(case.facts)
    if name not in days:
        yield self.problem(
            f"本案还没有{NAMES[name].zh}日期，无从更正", f"There is no day of {NAMES[name].en} yet to be corrected"
        )
        return
    if day > attempt.today:
        yield self.problem(f"更正后的日期 {day} 晚于今天", f"The corrected day {day} is later than today")
    days[name] = day
    for pair in out_of_order(days, name):
        yield _wrong_way_round(self, days, *pair)
