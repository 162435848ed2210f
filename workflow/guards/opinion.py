"""The chamber's first opinion (初审意见), where the chamber's own organisation may not approve."""

from __future__ import annotations

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard


@guard("G10", "初审意见的日期在请示之后", "the first opinion is dated after the request", data=True)
def opinion_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    given, requested = attempt.day("opinion_on"), case.day("requested_on")
    if requested is not None and given < requested:
        yield self.problem(
            f"意见日期 {given} 早于请示 {requested}", f"The opinion of {given} is before the request of {requested}"
        )
    if given > attempt.today:
        yield self.problem("意见日期不能晚于今天", "The opinion cannot be of a later day than today")


@guard("G10", "商会党组织已出具初审意见", "the chamber organisation has given its opinion")
def chamber_opinion_is_given(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    """A general branch or a branch cannot approve (art. 6): it is heard, and the body above decides."""
    if not case.has_chamber_people():
        return
    given, requested = case.day("opinion_on"), case.day("requested_on")
    if given is None or (requested is not None and given < requested):
        yield self.problem(
            "商会党组织无审批权，应先出具初审意见，再由上级党委研究批复",
            "The chamber organisation may not approve: it gives its opinion first, then the body above decides",
            mender="chamber",
            where="action:give_opinion",
        )
