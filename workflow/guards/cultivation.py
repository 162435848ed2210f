"""PG01 to PG05: from the application to the listing as development target."""

from __future__ import annotations

from workflow.clock import add_months
from workflow.guards.admission_days import clause_of, rule_on
from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard


@guard("PG01", "递交申请时年满十八岁", "at least eighteen on the day of the application", data=True)
def applicant_is_of_age(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    applied, born = attempt.day("applied_on"), case.person.born_on
    rule = rule_on(case, attempt, "member_age_min", applied)
    if born is None:
        yield self.problem(
            "未登记出生日期，无法核对年龄：请先补登",
            "The day of birth is not entered, so the age cannot be checked: enter it first",
            mender="instructor",
            where="person",
            clause=clause_of(rule),
        )
    elif (of_age := add_months(born, 12 * rule.value)) > applied:
        yield self.problem(
            f"递交申请时未满 {rule.value} 岁：最早 {of_age}",
            f"Not yet {rule.value} on the day of the application: {of_age} at the earliest",
            clause=clause_of(rule),
        )


@guard("PG02", "谈话在申请之后、一个月内（超期说明原因）", "the talk follows the application within a month", data=True)
def talk_follows_application(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    applied, talked = case.day("applied_on"), attempt.day("talked_on")
    if applied is None:
        return
    rule = rule_on(case, attempt, "member_talk_months", applied)
    latest = add_months(applied, rule.value)
    if talked < applied:
        yield self.problem(
            f"谈话日期 {talked} 早于递交申请书 {applied}：申请之后才能谈话",
            f"The talk of {talked} is before the application of {applied}: it can only follow it",
            clause=clause_of(rule),
        )
    elif talked > latest and not attempt.entered.get("late_reason"):
        yield self.problem(
            f"谈话日期 {talked} 超过期限 {latest}（申请后 {rule.value} 个月）：请填写超期原因",
            f"The talk of {talked} is after {latest} ({rule.value} month after the application): say why it is late",
            clause=clause_of(rule),
        )


@guard("PG03", "培养联系人为一至两名正式党员", "one or two mentors, full members", data=True)
def mentors_are_fit(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = rule_on(case, attempt, "member_mentors_max", attempt.day("activist_on"))
    mentors = attempt.entered["mentors"]
    if len({row["name"] for row in mentors}) != len(mentors):
        yield self.problem("培养联系人重复", "A mentor is named twice", clause=clause_of(rule))
    if len(mentors) > rule.value:
        yield self.problem(
            f"培养联系人 {len(mentors)} 名，最多 {rule.value} 名",
            f"{len(mentors)} mentors: at most {rule.value}",
            clause=clause_of(rule),
        )
    for row in mentors:
        if not row["is_full_member"]:
            yield self.problem(
                f"培养联系人{row['name']}不是正式党员",
                f"The mentor {row['name']} is not a full member",
                clause=clause_of(rule),
            )


@guard("PG03", "积极分子尚未备案", "the activist is not filed yet")
def activist_is_not_filed(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if filed := case.facts.get("activist_filed_on"):
        yield self.problem(f"已于 {filed} 备案", f"It was filed on {filed}", where="history")


@guard("PG03", "积极分子已报上级党委备案", "the activist is filed with the committee")
def activist_is_filed(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if not case.facts.get("activist_filed_on"):
        yield self.problem(
            "积极分子还没有报上级党委备案",
            "The activist is not filed with the committee yet",
            mender="committee",
            where="action:file_activist",
        )


@guard("PG04", "培养教育考察满一年", "a year of cultivation")
def cultivated_long_enough(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    since = case.day("activist_on")
    if since is None:
        return
    decided = attempt.day("target_decided_on") if attempt.data is not None else attempt.today
    rule = rule_on(case, attempt, "member_cultivation_months", decided)
    earliest = add_months(since, rule.value)
    if decided < earliest:
        yield self.problem(
            f"确定为积极分子 {since}，培养不足 {rule.value} 个月：最早 {earliest}",
            f"Activist since {since}, less than {rule.value} months: {earliest} at the earliest",
            mender="instructor",
            where="history",
            clause=clause_of(rule),
        )


@guard("PG04", "列为发展对象前至少两次半年考察", "two half-yearly checks before the listing", soft=True)
def half_yearly_checks_made(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = attempt.rule("member_checks_min")
    made = len(case.facts.get("checks", []))
    if made < rule.value:
        yield self.problem(
            f"已记录半年考察 {made} 次，一般应有 {rule.value} 次，还差 {rule.value - made} 次",
            f"{made} half-yearly checks recorded, {rule.value} are usual, {rule.value - made} short",
            mender="instructor",
            where="action:record_check",
            clause=rule.clause,
        )


@guard("PG04", "考察日期不在将来、不早于上一次", "the check is not in the future nor before the last one", data=True)
def check_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    day, last = attempt.day("checked_on"), case.day("last_check_on") or case.day("activist_on")
    if day > attempt.today:
        yield self.problem(f"考察日期 {day} 晚于今天", f"The check of {day} is later than today")
    if last is not None and day < last:
        yield self.problem(
            f"考察日期 {day} 早于上一次考察（或确定为积极分子）{last}",
            f"The check of {day} is before the last one (or the naming) of {last}",
        )


@guard("PG05", "公示不少于五个工作日", "the publicity has at least five working days", data=True)
def publicity_is_long_enough(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    first, last = attempt.day("publicity_from"), attempt.day("publicity_until")
    rule = rule_on(case, attempt, "member_publicity_workdays", first)
    if not rule.value:
        return
    due = case.calendar.nth_workday(first, rule.value)
    if last < due.day:
        zh, en = ("（暂算：当年工作日历未公布）", " (provisional)") if due.provisional else ("", "")
        yield self.problem(
            f"公示 {first} 至 {last} 不足 {rule.value} 个工作日（含起始日）：截止日最早 {due.day}{zh}",
            f"The publicity of {first} to {last} has fewer than {rule.value} working days, the first counted:"
            f" {due.day} is the earliest end{en}",
            clause=clause_of(rule),
        )


@guard("PG05", "上级党委已同意（2014年细则为备案）", "the committee has consented (2014 rules: it is filed)")
def listing_is_consented(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    day = attempt.day("listed_on") if attempt.data is not None else attempt.today
    rule = rule_on(case, attempt, "member_target_consent", day)
    if not case.facts.get("consent_on"):
        zh, en = ("同意", "consent") if rule.value else ("备案", "filing")
        yield self.problem(
            f"还没有上级党委的{zh}意见（日期和文号）",
            f"The committee's {en} (day and number) is not there yet",
            mender="approver",
            where="action:consent_target",
            clause=clause_of(rule),
        )


@guard("PG05", "公示期满且反映已处理", "the publicity is over and objections are dealt with")
def listing_follows_publicity(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    day = attempt.day("listed_on") if attempt.data is not None else attempt.today
    rule = rule_on(case, attempt, "member_publicity_workdays", day)
    until = case.day("publicity_until")
    if not rule.value and until is None:
        return
    if until is None:
        yield self.problem(
            f"还没有公示：应公示不少于 {rule.value} 个工作日",
            f"There was no publicity yet: at least {rule.value} working days are needed",
            mender="instructor",
            where="action:start_publicity",
            clause=clause_of(rule),
        )
    elif day <= until:
        yield self.problem(
            f"公示至 {until} 结束：期满次日起才能列为发展对象",
            f"The publicity ends on {until}: the listing follows from the next day on",
            mender="instructor",
            where="history",
            clause=clause_of(rule),
        )
    if attempt.data is not None and attempt.entered["objections"] == "pending":
        yield self.problem(
            "公示有反映尚未处理：处理完毕后再列为发展对象",
            "Objections are not dealt with yet: the listing follows once they are",
            mender="committee",
            clause=clause_of(rule),
        )
