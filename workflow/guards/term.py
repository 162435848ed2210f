"""The branch after it is established: its term, the renewal, and dissolving it."""

from __future__ import annotations

from collections import Counter

from workflow.clock import add_months
from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard


@guard("R07", "换届不早于届满前一年", "the renewal is within a year of the term's end")
def renewal_is_due(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule, ends = attempt.rule("term_shift_months_max"), case.day("term_to")
    if ends is not None and attempt.occurred_on < (first := add_months(ends, -rule.value)):
        yield self.problem(
            f"任期至 {ends}，提前换届一般不超过 {rule.value} 个月：{first} 起可以启动",
            f"The term ends on {ends}; a renewal may be {rule.value} months early at most: from {first} on",
            clause=rule.clause,
        )


@guard("R08", "延长任期不超过一年", "the extension is at most a year", data=True)
def extension_is_allowed(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule, wanted = attempt.rule("term_shift_months_max"), attempt.day("term_to")
    ends, first = case.day("term_to"), case.day("term_ends_by_rule") or case.day("term_to")
    if ends is None or first is None:
        yield self.problem("本案没有任期记录", "No term is on record for this case", where="history")
        return
    latest = add_months(first, rule.value)
    if not ends < wanted <= latest:
        yield self.problem(
            f"现任期至 {ends}，只能延长到此后、{latest} 以前（原届满日 {first} 起不超过 {rule.value} 个月）",
            f"The term ends on {ends}: it can be extended to a later day up to {latest}, {rule.value} months after"
            f" the first end of {first}",
            clause=rule.clause,
        )


@guard("G27", "每名党员都有去向", "each member has a destination", data=True)
def destinations_are_complete(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    names = [row["name"] for row in attempt.entered.get("destinations", [])]
    members = case.full_members + case.probationary_members
    if len(names) != members:
        yield self.problem(
            f"党员共 {members} 名（正式 {case.full_members} + 预备 {case.probationary_members}），"
            f"已列去向 {len(names)} 名",
            f"{members} members ({case.full_members} full + {case.probationary_members} probationary), but"
            f" {len(names)} destinations",
        )
    if twice := sorted(name for name, times in Counter(names).items() if times > 1):
        yield self.problem(f"去向名单重复：{'、'.join(twice)}", f"Listed twice: {', '.join(twice)}")
