"""G05 to G07: how many members a branch needs and may have."""

from __future__ import annotations

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard


@guard("G05", "正式党员人数达到成立条件", "enough full members to found a branch")
def enough_full_members(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = attempt.rule("full_members_min")
    short = rule.value - case.full_members
    if short > 0:
        yield self.problem(
            f"正式党员 {case.full_members} 名，需要 {rule.value} 名，还差 {short} 名（预备党员和申请人不计入）",
            f"{case.full_members} full members, {rule.value} needed, {short} short"
            " (probationary members and applicants do not count)",
            mender="instructor",
            where="action:record_headcount",
            clause=rule.clause,
        )


@guard("G05", "正式党员人数不足", "too few full members")
def too_few_full_members(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = attempt.rule("full_members_min")
    if case.full_members >= rule.value:
        yield self.problem(
            f"正式党员 {case.full_members} 名，已达到 {rule.value} 名",
            f"{case.full_members} full members: the {rule.value} needed are there",
            where="head_count",
            clause=rule.clause,
        )


@guard("G07", "党员总数一般不超过50人", "not more members than a branch should have", soft=True)
def not_too_many_members(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = attempt.rule("members_max")
    members = case.full_members + case.probationary_members
    if members > rule.value:
        yield self.problem(
            f"党员共 {members} 名（含预备党员），一般不超过 {rule.value} 名：建议成立党总支",
            f"{members} members (probationary included), generally at most {rule.value}: consider a general branch",
            mender="manager",
            where="head_count",
            clause=rule.clause,
        )


@guard("G05", "统计日期不在将来", "the count is not of a future day", data=True)
def count_is_past(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if attempt.day("counted_on") > attempt.today:
        yield self.problem("统计日期不能晚于今天", "The count cannot be of a later day than today")


@guard("G05", "党员人数不多于职工人数", "no more members than employees", data=True)
def members_fit_staff(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    members = attempt.entered["full_members"] + attempt.entered["probationary_members"]
    if case.employees is not None and members > case.employees:
        yield self.problem(
            f"党员 {members} 名（含预备党员）多于职工 {case.employees} 名：请核对",
            f"{members} members (probationary included) but {case.employees} employees: check the figures",
        )


@guard("G05", "转接中的党员要有介绍信日期", "members in transit have a letter", data=True)
def transfer_letter_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if attempt.entered.get("members_in_transit") and not attempt.entered.get("letter_issued_on"):
        yield self.problem(
            "有党员组织关系在转接中：请填写介绍信开出日期",
            "Memberships are in transit: enter the day the transfer letter was issued",
        )
