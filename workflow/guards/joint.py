"""G05, G06, G25: joint branches (联合党支部), the units in them, and what a form of founding asks for."""

from __future__ import annotations

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard
from workflow.rules.forms import form_of

# The four principles of art. 5, by the field in which each is noted.
PRINCIPLES = {
    "near_each_other": ("地域相邻", "near each other"),
    "alike_in_trade": ("行业相近", "alike in trade"),
    "fit_in_size": ("规模适当", "of fitting size"),
    "easy_to_manage": ("便于管理", "easy to manage"),
}
# Until the request is with the committee, units may still come in.
TAKES_UNITS = frozenset({"training", "ready", "returned"})


@guard("G25", "联合组建的四项原则已记明", "the four principles of a joint branch are noted", data=True)
def principles_are_noted(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    missing = [words for name, words in PRINCIPLES.items() if not attempt.entered.get(name)]
    if attempt.entered["form"] == "joint" and missing:
        yield self.problem(
            f"联合组建应当同时符合四项原则，还未确认：{'、'.join(zh for zh, _ in missing)}",
            f"A joint branch follows four principles; not confirmed yet: {', '.join(en for _, en in missing)}",
            clause=attempt.rule("joint_units_max").clause,
        )


@guard("G25", "改变组建方式前成员单位已退出", "no unit is left behind by another form", data=True)
def no_units_left_behind(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if case.units and not form_of(attempt.entered["form"]).gathers:
        yield self.problem(
            f"已有 {len(case.units)} 个单位并入本案：{'、'.join(u.name for u in case.units)}，请先由主管部门办理退出",
            f"{len(case.units)} unit(s) joined this case: {', '.join(u.name for u in case.units)}; they have to leave"
            " first",
            mender="manager",
        )


@guard("G05", "组建方式可以申请成立党支部", "the form of founding leads to a branch")
def form_founds_a_branch(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    form = form_of(case.form)
    if not form.founds:
        yield self.problem(
            f"“{form.name.zh}”不申请成立党支部：请先确定组建方式",
            f'"{form.name.en}" leads to no branch of its own: choose another form first',
            mender="instructor",
            where="action:choose_form",
            clause=form.clause,
        )


@guard("G06", "联合组建至少两个单位", "a joint branch has at least two units")
def joint_has_units(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if case.form == "joint" and not case.units:
        yield self.problem(
            "联合组建至少 2 个单位，现在只有牵头单位 1 个：请主管部门把成员单位的案件并入本案",
            "A joint branch has at least 2 units and there is only the lead unit: the managers have to let another"
            " unit's case join",
            mender="manager",
            where="head_count",
            clause=attempt.rule("joint_units_max").clause,
        )


@guard("G06", "联合组建各单位正式党员均不足3人", "each unit of a joint branch is small", soft=True)
def joint_units_are_small(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = attempt.rule("joint_unit_full_members_max")
    if case.form != "joint":
        return
    sizes = [("本单位", "This unit", case.own_full_members)] + [(u.name, u.name, u.full_members) for u in case.units]
    for zh, en, members in sizes:
        if members > rule.value:
            yield self.problem(
                f"{zh}正式党员 {members} 名，已达到单独组建条件，不宜联合组建",
                f"{en} has {members} full members: it can found a branch of its own",
                mender="manager",
                where="head_count",
                clause=rule.clause,
            )


@guard("G06", "并入单位正式党员不足3人", "the unit that joins is small", soft=True)
def unit_is_small(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = attempt.rule("joint_unit_full_members_max")
    if case.own_full_members > rule.value:
        yield self.problem(
            f"本单位正式党员 {case.own_full_members} 名，应当单独组建（应单建未单建）",
            f"This unit has {case.own_full_members} full members and ought to found a branch of its own",
            mender="manager",
            where="head_count",
            clause=rule.clause,
        )


@guard("G25", "牵头单位的案件可以接收成员单位", "the joint case takes this one", data=True)
def joint_case_takes_it(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    number = attempt.entered["joint_case"]
    joint = case.read_joint(number)
    if joint is None or number == case.id:
        yield self.problem(f"没有可并入的案件 {number}", f"There is no case {number} to join")
        return
    if case.units:
        yield self.problem("本案已有成员单位并入，不能再并入他案", "Units joined this case: it cannot join another")
    if not form_of(joint.form).gathers:
        yield self.problem(
            f"案件 {number} 的组建方式是“{form_of(joint.form).name.zh}”，不接收成员单位",
            f'Case {number} is "{form_of(joint.form).name.en}" and takes no units',
        )
    if joint.state not in TAKES_UNITS:
        yield self.problem(
            f"案件 {number} 不在可接收成员单位的环节（培育、条件成熟或退回补正）",
            f"Case {number} takes units only while in training, ready or returned",
        )
    if joint.committee_id != case.committee_id:
        yield self.problem(
            f"案件 {number} 由另一个党委审批：联合组建的单位应属同一审批机关",
            f"Case {number} is decided by another committee: units of a joint branch have the same one",
        )
    if joint.form == "joint" and (
        missing := [zh for key, (zh, _) in PRINCIPLES.items() if key not in joint.principles]
    ):
        yield self.problem(
            f"案件 {number} 还没有记明四项原则：{'、'.join(missing)}",
            f"Case {number} has not noted all four principles yet",
            mender="instructor",
        )


@guard("G06", "联合支部覆盖单位一般不超过5个", "a joint branch covers five units at most", soft=True, data=True)
def joint_has_room(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = attempt.rule("joint_units_max")
    joint = case.read_joint(attempt.entered["joint_case"])
    if joint is not None and joint.form == "joint" and joint.units >= rule.value:
        yield self.problem(
            f"该联合支部已有 {joint.units} 个单位，加入本单位后为 {joint.units + 1} 个，一般不超过 {rule.value} 个",
            f"The joint branch has {joint.units} units and would have {joint.units + 1};"
            f" generally {rule.value} at most",
            mender="manager",
            clause=rule.clause,
        )


@guard("G25", "联合支部尚未成立", "the joint branch is not founded yet")
def joint_branch_is_not_founded(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if case.joint_is_founded():
        yield self.problem(
            "所在联合支部已经成立：退出须先由审批机关办理调整",
            "The joint branch exists: leaving it takes an adjustment by the body that approves",
            mender="approver",
            where="history",
        )
