"""PG10: the branch meeting's secret vote, counted against those who ought to attend (应到会), in whole numbers."""

from __future__ import annotations

from datetime import date

from workflow.clock import add_months
from workflow.guards.admission_days import clause_of, rule_on
from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.problem import Problem
from workflow.guards.registry import Answer, Guard, guard
from workflow.rules.book import Rule


def votes_needed(roll: int, percent: int) -> int:
    """The smallest number that is more than this share of the roll."""
    return roll * percent // 100 + 1


def _meeting_day(attempt: Attempt) -> date:
    return attempt.day("turn_meeting_on" if "turn_meeting_on" in attempt.entered else "admission_meeting_on")


def _share(case: CaseFacts, attempt: Attempt) -> Rule:
    return rule_on(case, attempt, "member_vote_percent", _meeting_day(attempt))


def _yes(attempt: Attempt) -> int:
    """Written opinions given before the meeting by members who could not come are counted with the votes."""
    return int(attempt.entered["vote_yes"]) + int(attempt.entered.get("written_yes", 0))


@guard("PG10", "票数与到会人数相符，无记名投票", "the votes add up and the vote is secret", data=True)
def meeting_vote_adds_up(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    entered, rule = attempt.entered, _share(case, attempt)
    roll, present = entered["meeting_roll"], entered["meeting_present"]
    cast = entered["vote_yes"] + entered["vote_no"] + entered["vote_abstain"]
    written = entered.get("written_yes", 0) + entered.get("written_no", 0)
    if not entered["is_secret"]:
        yield self.problem("应采取无记名投票", "The vote must be secret", clause=clause_of(rule))
    if present > roll:
        yield self.problem(f"实到 {present} 人多于应到 {roll} 人", f"{present} attended but only {roll} ought to")
    if cast != present:
        yield self.problem(
            f"赞成 {entered['vote_yes']} + 不赞成 {entered['vote_no']} + 弃权 {entered['vote_abstain']} = {cast}，"
            f"应等于实到会 {present}",
            f"{entered['vote_yes']} yes + {entered['vote_no']} no + {entered['vote_abstain']} abstain = {cast};"
            f" it must be the {present} who attended",
            clause=clause_of(rule),
        )
    if written > roll - present:
        yield self.problem(
            f"书面意见 {written} 份多于未到会 {max(roll - present, 0)} 人",
            f"{written} written opinions but only {max(roll - present, 0)} were absent",
            clause=clause_of(rule),
        )


def _shortfalls(self: Guard, case: CaseFacts, attempt: Attempt) -> list[Problem]:
    rule, roll = _share(case, attempt), attempt.entered["meeting_roll"]
    need = votes_needed(roll, rule.value)
    present, yes = attempt.entered["meeting_present"], _yes(attempt)
    found = []
    if present < need:
        found.append(
            self.problem(
                f"应到会 {roll} 人，实到 {present} 人，未超过半数：需要至少 {need} 人",
                f"{present} of {roll} attended, not more than half: at least {need} are needed",
                clause=clause_of(rule),
            )
        )
    if yes < need:
        found.append(
            self.problem(
                f"赞成 {yes} 票，未超过应到会 {roll} 人的半数：需要至少 {need} 票",
                f"{yes} in favour, not more than half of the {roll} who ought to attend: at least {need} are needed",
                clause=clause_of(rule),
            )
        )
    return found


@guard("PG10", "到会和赞成均超过应到会的半数", "attendance and yes are each more than half of the roll", data=True)
def meeting_vote_passes(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _shortfalls(self, case, attempt)


@guard("PG10", "赞成未超过应到会的半数", "not more than half of the roll in favour", data=True)
def meeting_vote_fails(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule, roll = _share(case, attempt), attempt.entered["meeting_roll"]
    if attempt.entered["meeting_present"] < votes_needed(roll, rule.value):
        yield self.problem(
            "到会人数未超过应到会的半数，会议不能表决：请另行召开",
            "Not more than half attended, so the meeting cannot vote: meet again",
            clause=clause_of(rule),
        )
    elif not _shortfalls(self, case, attempt):
        yield self.problem(
            f"赞成 {_yes(attempt)} 票已超过应到会 {roll} 人的半数：应记为通过",
            f"{_yes(attempt)} in favour is more than half of {roll}: it is to be recorded as accepted",
            clause=clause_of(rule),
        )


@guard("PG10", "预审合格后一个月内召开支部大会（超期说明原因）", "met within a month of the pre-review", data=True)
def meeting_is_in_time(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    passed, held = case.day("prereview_on"), attempt.day("admission_meeting_on")
    rule = rule_on(case, attempt, "member_meeting_months", held)
    if passed is None or not rule.value:
        return
    latest = add_months(passed, rule.value)
    if held > latest and not attempt.entered.get("late_reason"):
        yield self.problem(
            f"支部大会 {held} 超过期限 {latest}（预审合格后 {rule.value} 个月）：请填写超期原因",
            f"The meeting of {held} is after {latest} ({rule.value} month after the pre-review): say why it is late",
            clause=clause_of(rule),
        )
