"""G10 to G12, G22, G24: who may decide, that the committee met, and that the papers are dated in order."""

from __future__ import annotations

from datetime import date

from workflow.clock import add_months
from workflow.guards.duties import Duty, duties_on, refusals
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
    for people, zh, en in (
        ([attempt.actor_id], "您是本案的指导员或报送人", "You are the instructor or the submitter of this case"),
        (
            [attempt.principal_id],
            "您代理的同志是本案的指导员或报送人",
            "The person you stand in for is the instructor or the submitter of this case",
        ),
    ):
        held = duties_on(case.instructor_id, case.submitter_id, people)
        if any(refusals(Duty.DECIDER, held)):
            yield self.problem(
                f"{zh}，须由另一位同志办理", f"{en}: somebody else has to decide", mender="other", where="committee"
            )
            return


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
    yield from _in_order(self, attempt.day("meeting_on"), attempt.today, "会议日期", "The meeting", _request(case))


Since = tuple[str, str, date | None]


def _in_order(self: Guard, day: date, today: date, zh: str, en: str, *since: Since) -> Answer:
    """A day is not before any of the days it follows, each named in both languages, nor in the future."""
    for zh_before, en_before, before in since:
        if before is not None and day < before:
            yield self.problem(
                f"{zh} {day} 早于{zh_before} {before}", f"{en} of {day} is before {en_before} of {before}"
            )
    if day > today:
        yield self.problem(f"{zh} {day} 晚于今天", f"{en} of {day} is later than today")


def _request(case: CaseFacts) -> Since:
    return "请示", "the request", case.day("requested_on")


def _election(case: CaseFacts) -> Since:
    return "选举", "the election", case.day("held_on")


def _ready(case: CaseFacts) -> Since:
    """What was decided on paper before it is entered here stands with the day it was decided (late entry)."""
    frozen = case.facts.get("members_snapshot")
    return "认定条件成熟", "the finding that it is ready", date.fromisoformat(frozen["on"]) if frozen else None


@guard("G12", "请示日期不早于认定条件成熟", "the request is dated not before it was found ready", data=True)
def request_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _in_order(self, attempt.day("requested_on"), attempt.today, "请示日期", "The request", _ready(case))


@guard("G12", "批复有文号，日期不早于请示和会议", "the reply is dated not before request and meeting", data=True)
def reply_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    met = attempt.day("meeting_on") if attempt.entered.get("meeting_on") else None
    meeting = ("党委会议", "the committee's meeting", met)
    yield from _in_order(self, attempt.day("reply_on"), attempt.today, "批复日期", "The reply", _request(case), meeting)


@guard("G12", "候选人批复日期不早于报审", "the clearance is dated not before the submission", data=True)
def clearance_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    founding = ("成立批复", "the founding reply", case.day("founding_reply_on"))
    candidates = ("候选人报审", "the submission of candidates", case.day("candidates_on"))
    yield from _in_order(self, attempt.day("reply_on"), attempt.today, "批复日期", "The reply", founding, candidates)


@guard("G12", "结果批复和任期日期不早于选举", "confirmation and term are dated not before the election", data=True)
def confirmation_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _in_order(self, attempt.day("reply_on"), attempt.today, "批复日期", "The reply", _election(case))
    held, term_from = case.day("held_on"), attempt.day("term_from")
    if held is not None and term_from < held:
        yield self.problem(
            f"任期起始日 {term_from} 早于选举 {held}", f"The term from {term_from} is before the election of {held}"
        )
    rule = attempt.rule("term_start_months")
    latest = add_months(attempt.day("reply_on"), rule.value)
    if term_from > latest:
        yield self.problem(
            f"任期起始日 {term_from} 晚于 {latest}（批复后 {rule.value} 个月）：请核对",
            f"The term from {term_from} is later than {latest} ({rule.value} months after the reply): check it",
            clause=rule.clause,
        )


@guard("G21", "结果报告日期不早于选举", "the report is dated not before the election", data=True)
def report_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _in_order(self, attempt.day("reported_on"), attempt.today, "报告日期", "The report", _election(case))


@guard("G23", "报备日期不早于结果批复", "the filing is dated not before the confirmation", data=True)
def filing_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    confirmed = ("选举结果批复", "the confirmation", case.day("result_reply_on"))
    yield from _in_order(self, attempt.day("filed_on"), attempt.today, "报备日期", "The filing", confirmed)


@guard("G12", "决定有文号，日期不在将来", "the decision is dated, not in the future", data=True)
def decision_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _in_order(self, attempt.day("decision_on"), attempt.today, "决定日期", "The decision")


@guard("G12", "所定期限不早于今天", "a day that is set is not in the past", data=True)
def set_day_is_ahead(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    for name, zh, en in (
        ("reply_by", "补正期限", "The day to reply by"),
        ("elect_by", "选举截止日", "The day to elect by"),
    ):
        if attempt.entered.get(name) and attempt.day(name) < attempt.occurred_on:
            yield self.problem(f"{zh} {attempt.day(name)} 早于办理日期", f"{en}, {attempt.day(name)}, is in the past")


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
    filed = ("报备", "the filing", case.day("filed_on"))
    yield from _in_order(self, attempt.day("acknowledged_on"), attempt.today, "回执日期", "The receipt", filed)


@guard("G10", "主管部门已同意重新启动", "the managers agreed to reopen")
def reopening_is_agreed(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if not case.facts.get("reopening_agreed"):
        yield self.problem(
            "主管部门尚未同意重新启动",
            "The managers have not agreed to reopen yet",
            mender="manager",
            where="action:agree_reopening",
        )


@guard("G10", "尚未同意重新启动", "the reopening is not agreed yet")
def reopening_is_open(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if case.facts.get("reopening_agreed"):
        yield self.problem(
            "主管部门已同意重新启动，现由指导员办理“重新启动培育”",
            "The managers have agreed already: the instructor reopens the case now",
            mender="instructor",
            where="action:reopen",
        )


@guard("G24", "暂缓复核日期在今天之后", "the review of the hold lies ahead", data=True)
def review_is_ahead(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if attempt.day("review_on") <= attempt.occurred_on:
        yield self.problem("复核日期应在今天之后", "The review must be later than today")
