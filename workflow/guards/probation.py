"""PG11 to PG13: approval in time, the oath, the probation and its one extension, turning full."""

from __future__ import annotations

from datetime import date

from workflow.clock import add_months
from workflow.guards.admission_days import clause_of, rule_on
from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard


@guard("PG11", "谈话后审批，三个月内（特殊六个月）", "approved after the talk, within three (six) months", data=True)
def admission_is_approved_in_time(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    met, replied, talked = case.day("admission_meeting_on"), attempt.day("reply_on"), attempt.day("talk_on")
    usual = rule_on(case, attempt, "member_approval_months", replied)
    longest = rule_on(case, attempt, "member_approval_longest_months", replied)
    if talked > replied:
        yield self.problem(
            f"审批前谈话 {talked} 晚于批复 {replied}",
            f"The talk of {talked} is after the approval of {replied}: it goes before",
            clause=clause_of(usual),
        )
    yield from _reply_dates(self, attempt, replied)
    if met is None:
        return
    if replied < met:
        yield self.problem(
            f"批复 {replied} 早于支部大会 {met}",
            f"The approval of {replied} is before the branch meeting of {met}",
            clause=clause_of(usual),
        )
    elif replied > (latest := add_months(met, longest.value)):
        yield self.problem(
            f"批复 {replied} 超过支部大会后 {longest.value} 个月（{latest}）：须退回支部重新讨论",
            f"The approval of {replied} is after {latest}, {longest.value} months after the branch meeting:"
            " it goes back to the branch",
            mender="committee",
            where="action:return_admission",
            clause=clause_of(longest),
        )
    elif replied > (due := add_months(met, usual.value)) and not attempt.entered.get("late_reason"):
        yield self.problem(
            f"批复 {replied} 超过支部大会后 {usual.value} 个月（{due}）：请填写特殊情况的原因",
            f"The approval of {replied} is after {due}, {usual.value} months after the branch meeting: give the reason",
            clause=clause_of(usual),
        )


def _reply_dates(self: Guard, attempt: Attempt, replied: date) -> Answer:
    if replied > attempt.today:
        yield self.problem(f"批复日期 {replied} 晚于今天", f"The reply of {replied} is later than today")
    if replied < attempt.day("meeting_on"):
        yield self.problem(
            f"批复日期 {replied} 早于党委会议 {attempt.day('meeting_on')}",
            f"The reply of {replied} is before the committee's meeting of {attempt.day('meeting_on')}",
        )


@guard("PG11", "宣誓在批准之后（超期说明原因）", "the oath follows the approval", data=True)
def oath_follows_approval(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    approved, sworn = case.day("admission_on"), attempt.day("oath_on")
    if approved is None or sworn < approved:
        yield self.problem(
            f"宣誓 {sworn} 早于批准为预备党员 {approved or '—'}",
            f"The oath of {sworn} is before the approval of {approved or '-'}",
        )
        return
    rule = rule_on(case, attempt, "member_oath_months", approved)
    # The month is known from one source only: lateness is explained, never blocked.
    if rule.value and sworn > (due := add_months(approved, rule.value)) and not attempt.entered.get("late_reason"):
        yield self.problem(
            f"宣誓 {sworn} 超过批准后 {rule.value} 个月（{due}）：请填写原因",
            f"The oath of {sworn} is after {due}, {rule.value} month after the approval: give the reason",
            clause=clause_of(rule),
        )


@guard("PG12", "延长预备期一次，六至十二个月", "the probation is extended once, by six to twelve months", data=True)
def extension_fits(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    end = probation_end(case, attempt)
    shortest = rule_on(case, attempt, "member_extension_min_months", attempt.day("ended_on"))
    longest = rule_on(case, attempt, "member_extension_max_months", attempt.day("ended_on"))
    if case.facts.get("extension_on"):
        yield self.problem(
            f"预备期已于 {case.facts['extension_on']} 延长过：只能延长一次",
            f"The probation was extended on {case.facts['extension_on']}: once is all",
            clause=clause_of(shortest),
        )
    if end is None:
        return
    low, high, until = add_months(end, shortest.value), add_months(end, longest.value), attempt.day("extended_until")
    if not low <= until <= high:
        yield self.problem(
            f"预备期满 {end}，延长至 {until}：应在 {low} 与 {high} 之间",
            f"The probation ends on {end}; extended until {until}, it must be between {low} and {high}",
            clause=clause_of(shortest),
        )


def probation_end(case: CaseFacts, attempt: Attempt) -> date | None:
    """Twelve months from the day of the branch meeting, not of the approval (art. 31)."""
    met = case.day("admission_meeting_on")
    if met is None:
        return None
    return add_months(met, rule_on(case, attempt, "member_probation_months", met).value)


@guard("PG12", "预备期（含延长）已满", "the probation, extended or not, is over", data=True)
def probation_is_over(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    end, held = case.day("extended_until") or probation_end(case, attempt), attempt.day("turn_meeting_on")
    if end is not None and held < end:
        rule = rule_on(case, attempt, "member_probation_months", held)
        yield self.problem(
            f"预备期至 {end} 才满，支部大会 {held} 过早",
            f"The probation ends on {end}; the branch meeting of {held} is too early",
            clause=clause_of(rule),
        )


@guard("PG13", "已入党宣誓", "the oath is taken")
def oath_is_taken(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if not case.facts.get("oath_on"):
        rule = rule_on(case, attempt, "member_oath_months", attempt.occurred_on)
        yield self.problem(
            "还没有入党宣誓记录",
            "The oath is not recorded yet",
            mender="instructor",
            where="action:take_oath",
            clause=clause_of(rule),
        )


@guard("PG13", "支部大会已讨论转正并通过", "the branch meeting has agreed to turning full")
def turn_meeting_is_held(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if not case.facts.get("turn_meeting_on"):
        yield self.problem(
            "支部大会还没有讨论转正",
            "The branch meeting has not discussed turning full yet",
            mender="instructor",
            where="action:record_turn_meeting",
        )


@guard("PG13", "支部大会后三个月内审批转正", "turning full is approved within three months", data=True)
def full_is_approved_in_time(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    met, replied = case.day("turn_meeting_on"), attempt.day("reply_on")
    rule = rule_on(case, attempt, "member_full_approval_months", replied)
    yield from _reply_dates(self, attempt, replied)
    if met is None:
        return
    latest = add_months(met, rule.value)
    if not met <= replied <= latest:
        yield self.problem(
            f"转正批复 {replied} 应在支部大会 {met} 之后、{latest}（{rule.value} 个月）之前：超期须重新讨论",
            f"The reply of {replied} must be from the branch meeting of {met} until {latest} ({rule.value} months):"
            " later, the branch has to meet again",
            mender="committee",
            where="action:record_turn_meeting",
            clause=clause_of(rule),
        )
