"""PG06 to PG09: introducers, political review, training, and the admission form after the pre-review."""

from __future__ import annotations

from workflow.guards.admission_days import clause_of, rule_on
from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard


@guard("PG06", "两名正式党员作介绍人，未受留党察看", "two introducers, full members not on probation", data=True)
def introducers_are_fit(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = rule_on(case, attempt, "member_introducers", attempt.day("prereview_on"))
    rows = attempt.entered["introducers"]
    if len({row["name"] for row in rows}) != rule.value or len(rows) != rule.value:
        yield self.problem(
            f"入党介绍人 {len(rows)} 名：应为 {rule.value} 名（不重复）",
            f"{len(rows)} introducers: it must be {rule.value} different people",
            clause=clause_of(rule),
        )
    for row in rows:
        if not row["is_full_member"] or row["on_party_probation"]:
            yield self.problem(
                f"{row['name']}不能作介绍人：须为正式党员且未受留党察看处分",
                f"{row['name']} cannot introduce: a full member who is not on Party probation is needed",
                clause=clause_of(rule),
            )


@guard("PG07", "政治审查合格", "the political review was passed")
def review_is_passed(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if case.facts.get("review_result") != "passed" or not case.facts.get("review_on"):
        rule = rule_on(case, attempt, "member_review", attempt.occurred_on)
        yield self.problem(
            "还没有组织作出的政治审查合格结论（日期和组织）",
            "There is no result of the political review that it was passed (with day and body)",
            mender="instructor",
            where="action:record_review",
            clause=clause_of(rule),
        )


@guard("PG07", "组织作出的结论为不合格", "the organisation's result is that it was not passed")
def review_is_not_passed(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if case.facts.get("review_result") != "not_passed":
        yield self.problem(
            "没有政治审查不合格的结论",
            "There is no result that the political review was not passed",
            mender="instructor",
            where="action:record_review",
        )


@guard("PG08", "发展对象集中培训不少于三天或二十四学时", "three days or twenty-four hours of training")
def trained_long_enough(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    day = attempt.day("prereview_on") if attempt.data is not None else attempt.today
    days = rule_on(case, attempt, "member_training_days", day)
    hours = rule_on(case, attempt, "member_training_hours", day)
    person = case.person
    if person.training_days < days.value and person.training_hours < hours.value:
        yield self.problem(
            f"集中培训 {person.training_days} 天、{person.training_hours} 学时："
            f"须满 {days.value} 天或 {hours.value} 学时",
            f"{person.training_days} days and {person.training_hours} hours of training:"
            f" {days.value} days or {hours.value} hours are needed",
            mender="committee",
            where="training",
            clause=clause_of(hours),
        )


@guard("PG09", "预审合格后发放入党志愿书", "the admission form is issued after the pre-review", data=True)
def form_follows_prereview(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    issued, passed = attempt.day("form_issued_on"), case.day("prereview_on")
    rule = rule_on(case, attempt, "member_prereview", issued)
    if passed is None or issued < passed:
        yield self.problem(
            f"入党志愿书 {issued} 发放，早于预审合格 {passed or '—'}：预审合格后才能发放",
            f"The admission form of {issued} is before the pre-review of {passed or '-'}: it is issued after that",
            clause=clause_of(rule),
        )
