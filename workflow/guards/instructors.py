"""G01 to G04: who may be the instructor, and whether the first visit was made."""

from __future__ import annotations

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard


@guard("G01", "本企业所在镇有指导员", "somebody is instructor where the enterprise lies")
def area_has_instructors(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if not case.has_instructors():
        yield self.problem(
            "本镇（街道）还没有指导员：请系统管理员开设账号"
            f"（zujian user add 账号 --name 姓名 --role instructor --organisation {case.town_id}）",
            "Nobody is instructor in this town yet: ask the administrator for an account"
            f" (zujian user add USERNAME --name NAME --role instructor --organisation {case.town_id})",
            mender="admin",
            where="enterprise",
        )


@guard(
    "G01",
    "指导员为正式党员、在任、未受处分",
    "the instructor is an active full member, not under discipline",
    data=True,
)
def instructor_is_eligible(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    who = attempt.instructor
    if who is None or not who.is_instructor:
        yield self.problem(
            "没有这位指导员：请填写有指导员身份的账号",
            "There is no such instructor: name an account that has the role",
        )
        return
    if not who.serves_here:
        yield self.problem(
            "该指导员负责其他镇（街道），不能联系本企业：请选本企业所在镇的指导员",
            "This instructor serves another town: choose one who serves where the enterprise lies",
        )
    if not who.is_active:
        yield self.problem("该指导员账号已停用", "This instructor's account is disabled", mender="manager")
    if not who.is_full_member:
        yield self.problem("指导员须为正式党员", "An instructor must be a full member", mender="manager")
    if who.under_discipline:
        yield self.problem("该指导员正在受处分", "This instructor is under discipline", mender="manager")


@guard("G02", "指导员负荷低于上限", "the instructor's load is below the cap", soft=True, data=True)
def instructor_has_room(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    who = attempt.instructor
    if who is None:
        return
    rule = attempt.rule("instructor_load_cap")
    cap = who.load_cap if who.load_cap is not None else rule.value
    if who.load >= cap:
        yield self.problem(
            f"该指导员已联系 {who.load} 家企业，上限 {cap} 家",
            f"This instructor already has {who.load} enterprises; the cap is {cap}",
            mender="manager",
            clause=rule.clause,
        )


@guard("G03", "指导员与企业无利害关系，任期覆盖", "the instructor has no ties and the term covers the day", data=True)
def instructor_is_independent(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if not attempt.entered["no_conflict"]:
        yield self.problem(
            "须核实指导员不是该企业职工、与出资人无亲属和利益关系",
            "Check that the instructor is not employed by the enterprise and has no ties with its owner",
            mender="manager",
        )
    who = attempt.instructor
    if who is None:
        return
    started = who.term_from is None or who.term_from <= attempt.occurred_on
    ended = who.term_to is not None and who.term_to < attempt.occurred_on
    if not started or ended:
        yield self.problem(
            f"指导员任期 {who.term_from or '—'} 至 {who.term_to or '—'} 未覆盖 {attempt.occurred_on}",
            f"The instructor's term {who.term_from or '-'} to {who.term_to or '-'}"
            f" does not cover {attempt.occurred_on}",
            mender="manager",
        )


@guard("G03", "更换为另一位指导员", "the new instructor is another person", data=True)
def instructor_changes(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if attempt.instructor is not None and attempt.instructor.id == case.instructor_id:
        yield self.problem("这位已经是本案指导员", "This person already is the instructor of the case")


@guard("G04", "已记录首次走访", "the first visit is logged")
def first_visit_logged(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if case.visits < 1:
        yield self.problem(
            "还没有走访记录：需要至少 1 次，现有 0 次",
            "No visit is logged yet: 1 is needed, there are 0",
            mender="instructor",
            where="action:log_visit",
        )


@guard("G04", "走访日期在选派之后、不在将来", "the visit is after the assignment, not in the future", data=True)
def visit_is_past(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if attempt.day("visited_on") > attempt.today:
        yield self.problem("走访日期不能晚于今天", "The visit cannot be later than today")
    assigned_on = case.day("assigned_on")
    if assigned_on is not None and attempt.day("visited_on") < assigned_on:
        yield self.problem(
            f"走访日期 {attempt.day('visited_on')} 早于选派日期 {assigned_on}",
            f"The visit of {attempt.day('visited_on')} is before the assignment of {assigned_on}",
        )
