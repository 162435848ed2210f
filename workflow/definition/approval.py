"""How many have to agree before an action is taken: the policy that belongs to a transition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workflow.text import Text


class Policy(StrEnum):
    ANY = "any"  # 或签: the first who may act decides
    ALL = "all"  # 会签: everybody is asked at once, nobody may refuse
    IN_ORDER = "in_order"  # 依次: one after another, nobody may refuse
    WEIGHTED = "weighted"  # 票签: more than a share of all the votes there are


@dataclass(frozen=True, slots=True)
class Approval:
    """`more_than` is a share as (numerator, denominator), for weighted; `weights` counts a role more than once."""

    policy: Policy
    more_than: tuple[int, int] = (1, 2)
    weights: Mapping[str, int] = field(default_factory=dict)

    @property
    def asks_several(self) -> bool:
        return self.policy is not Policy.ANY

    def weight_of(self, role: str) -> int:
        return self.weights.get(role, 1) if self.policy is Policy.WEIGHTED else 1

    @property
    def words(self) -> Text:
        """The rule as people read it, abstention included."""
        if self.policy is Policy.WEIGHTED:
            numerator, denominator = self.more_than
            return Text(
                f"票签：同意票超过总票数的 {numerator}/{denominator} 即通过；弃权计入总票数，不算同意；有异议即停止",
                f"Weighted vote: passes with more than {numerator}/{denominator} of all votes in favour; an abstention"
                " counts among all and not in favour; an objection stops it",
            )
        return WORDS[self.policy]


WORDS: Mapping[Policy, Text] = {
    Policy.ANY: Text("或签：一人办理即可", "Any one: the first who acts decides"),
    Policy.ALL: Text(
        "会签：全部表态且无人不同意即通过，至少一人同意；弃权不算同意，也不阻止通过；有异议即停止",
        "All: passes once everybody has answered, nobody refuses and at least one agrees; an abstention is no"
        " agreement and stops nothing; an objection stops it",
    ),
    Policy.IN_ORDER: Text(
        "依次会签：按顺序逐一表态，无人不同意即通过，至少一人同意；弃权不算同意，也不阻止通过；有异议即停止",
        "In order: one after another; passes where nobody refuses and at least one agrees; an abstention is no"
        " agreement and stops nothing; an objection stops it",
    ),
}


def approval_from(row: Any) -> Approval:
    """Reads the `approval` of a transition; ValueError says what is wrong with it."""
    names = [policy.value for policy in Policy]
    if not isinstance(row, Mapping) or row.get("policy") not in names:
        raise ValueError(f"approval needs a policy: one of {', '.join(names)}")
    policy = Policy(row["policy"])
    extra = set(row) - {"policy", "more_than", "weights"}
    if extra or (policy is not Policy.WEIGHTED and len(row) > 1):
        raise ValueError(f"approval of policy {policy} has no {', '.join(sorted(extra or set(row) - {'policy'}))}")
    return Approval(policy, _share(row.get("more_than", "1/2")), _weights(row.get("weights") or {}))


def _share(written: object) -> tuple[int, int]:
    numerator, _, denominator = str(written).partition("/")
    if not (numerator.isdigit() and denominator.isdigit()) or not 0 < int(numerator) < int(denominator):
        raise ValueError('more_than must be a share between 0 and 1, such as "1/2" or "2/3"')
    return int(numerator), int(denominator)


def _weights(written: Mapping[str, Any]) -> dict[str, int]:
    if any(not isinstance(weight, int) or isinstance(weight, bool) or weight < 1 for weight in written.values()):
        raise ValueError("weights must be whole numbers from 1 on")
    return dict(written)
