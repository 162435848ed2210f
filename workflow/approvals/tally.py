"""Whether the answers so far decide a round. Whole numbers only; nothing here knows a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflow.definition.approval import Approval, Policy
from workflow.text import Text


class Decision(StrEnum):
    AGREE = "agree"
    REFUSE = "refuse"
    ABSTAIN = "abstain"
    OBJECT = "object"  # stops the round whatever the others say: the matter has to be discussed


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    OBJECTED = "objected"  # stopped by an objection
    OVERTAKEN = "overtaken"  # the case moved on by another action
    WITHDRAWN = "withdrawn"  # taken back by whoever proposed it


@dataclass(frozen=True, slots=True)
class Ballot:
    """One place in a round: its weight and the answer, None while it is open."""

    weight: int
    decision: Decision | None


def verdict(approval: Approval, ballots: Sequence[Ballot]) -> Verdict | None:
    """None while the result can still change; answered as soon as it cannot."""
    answers = [ballot.decision for ballot in ballots]
    if Decision.OBJECT in answers:
        return Verdict.OBJECTED
    if approval.policy is Policy.WEIGHTED:
        return _weighted(approval, ballots)
    if approval.policy is Policy.ANY and Decision.AGREE in answers:
        return Verdict.PASSED
    if Decision.REFUSE in answers and approval.policy is not Policy.ANY:
        return Verdict.FAILED
    if None in answers:
        return None
    return Verdict.PASSED if Decision.AGREE in answers else Verdict.FAILED


def _weighted(approval: Approval, ballots: Sequence[Ballot]) -> Verdict | None:
    numerator, denominator = approval.more_than
    total, agreed = _weight(ballots), _weight([b for b in ballots if b.decision is Decision.AGREE])
    still_open = _weight([b for b in ballots if b.decision is None])
    if agreed * denominator > numerator * total:
        return Verdict.PASSED
    return Verdict.FAILED if (agreed + still_open) * denominator <= numerator * total else None


def _weight(ballots: Sequence[Ballot]) -> int:
    return sum(ballot.weight for ballot in ballots)


VERDICT_WORDS = {
    Verdict.PASSED: Text("通过", "passed"),
    Verdict.FAILED: Text("未通过", "not passed"),
    Verdict.OBJECTED: Text("有异议，已停止", "stopped by an objection"),
    Verdict.OVERTAKEN: Text("案件已另行办理，会签终止", "overtaken: the case moved on another way"),
    Verdict.WITHDRAWN: Text("已撤回", "withdrawn"),
}
DECISION_WORDS = {
    Decision.AGREE: Text("同意", "agreed"),
    Decision.REFUSE: Text("不同意", "refused"),
    Decision.ABSTAIN: Text("弃权", "abstained"),
    Decision.OBJECT: Text("有异议", "objected"),
}
