"""G10 to G12, G22, G24: who may decide, that the committee met, and that the papers are dated in order."""

from __future__ import annotations

from datetime import date

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard


@guard("G10", "有审批权的党委（党工委）", "a committee that may approve")
def committee_may_approve(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if not case.committee_may_approve:
        yield self.problem(
            "本案所报组织不是党委或党工委，无权批复",
            "The body this case is routed to is not a committee and may not approve",
            mender="manager",
            where="committee",
        )


@guard("G10", "审批人不是本案指导员或报送人", "whoever decides is neither instructor nor submitter")
def decider_is_independent(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if attempt.actor_id is not None and attempt.actor_id in (case.instructor_id, case.submitter_id):
        yield self.problem(
            "您是本案的指导员或报送人，须由另一位同志办理",
            "You are the instructor or the submitter of this case: somebody else has to decide",
            mender="other",
            where="committee",
        )


@guard("G11", "党委会议到会过半数", "more than half of the committee attended", data=True)
def committee_met(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    due, attending = attempt.entered["meeting_due"], attempt.entered["meeting_attending"]
    if attending > due:
        yield self.problem(
            f"实到 {attending} 人多于应到 {due} 人",
            f"{attending} attended but only {due} ought to",
        )
    elif 2 * attending <= due:
        yield self.problem(
            f"应到 {due} 人，实到 {attending} 人，未过半数：需要至少 {due // 2 + 1} 人",
            f"{attending} of {due} attended, which is not more than half: at least {due // 2 + 1} are needed",
            mender="approver",
        )
    yield from _in_order(
        self, attempt.day("meeting_on"), case.day("requested_on"), attempt.today, "会议日期", "The meeting"
    )


def _in_order(self: Guard, day: date, earliest: date | None, today: date, zh: str, en: str) -> Answer:
    if earliest is not None and day < earliest:
        yield self.problem(f"{zh} {day} 早于 {earliest}", f"{en} of {day} is before {earliest}")
    if day > today:
        yield self.problem(f"{zh} {day} 晚于今天", f"{en} of {day} is later than today")


@guard("G12", "批复有文号，日期不早于请示", "the reply is dated not before the request", data=True)
def reply_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    earliest = case.day("requested_on")
    if attempt.entered.get("meeting_on"):
        earliest = max(filter(None, (earliest, attempt.day("meeting_on"))))
    yield from _in_order(self, attempt.day("reply_on"), earliest, attempt.today, "批复日期", "The reply")


@guard("G12", "候选人批复日期不早于报审", "the clearance is dated not before the submission", data=True)
def clearance_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    earliest = case.day("founding_reply_on")
    yield from _in_order(self, attempt.day("reply_on"), earliest, attempt.today, "批复日期", "The reply")


@guard("G12", "结果批复日期不早于选举", "the confirmation is dated not before the election", data=True)
def confirmation_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _in_order(self, attempt.day("reply_on"), case.day("held_on"), attempt.today, "批复日期", "The reply")


@guard("G12", "决定有文号，日期不在将来", "the decision is dated, not in the future", data=True)
def decision_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _in_order(self, attempt.day("decision_on"), None, attempt.today, "决定日期", "The decision")


@guard("G22", "批复名单与当选名单一致", "the confirmed names are the elected ones", data=True)
def confirmed_are_elected(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    elected = {(row["name"], row["post"]) for row in case.facts.get("elected", [])}
    confirmed = {(row["name"], row["post"]) for row in attempt.entered["confirmed"]}
    if missing := {name for name, _ in elected - confirmed}:
        yield self.problem(
            f"当选但未列入批复（或职务不同）：{'、'.join(sorted(missing))}",
            f"Elected but not confirmed in that post: {', '.join(sorted(missing))}",
        )
    if extra := {name for name, _ in confirmed - elected}:
        yield self.problem(
            f"列入批复但未当选（或职务不同）：{'、'.join(sorted(extra))}",
            f"Confirmed but not elected to that post: {', '.join(sorted(extra))}",
        )


@guard("G24", "备案回执日期不早于报备", "the receipt is dated not before the filing", data=True)
def receipt_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _in_order(
        self, attempt.day("acknowledged_on"), case.day("filed_on"), attempt.today, "回执日期", "The receipt"
    )


@guard("G10", "主管部门已同意重新启动", "the managers agreed to reopen")
def reopening_is_agreed(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if not case.facts.get("reopening_agreed"):
        yield self.problem(
            "主管部门尚未同意重新启动",
            "The managers have not agreed to reopen yet",
            mender="manager",
            where="action:agree_reopening",
        )


@guard("G24", "暂缓复核日期在今天之后", "the review of the hold lies ahead", data=True)
def review_is_ahead(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if attempt.day("review_on") <= attempt.occurred_on:
        yield self.problem("复核日期应在今天之后", "The review must be later than today")
