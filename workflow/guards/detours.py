"""Going back: to a state the case has been in, or of one's own request."""

from __future__ import annotations

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard


@guard("R04", "案件到过所退回的环节", "the case has been where it is sent back to", data=True)
def was_there_before(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if attempt.entered["to_state"] not in case.earlier_states:
        yield self.problem(
            f"只能退回到办过的环节：{'、'.join(case.earlier_states)}",
            f"It can go back only to where it has been: {', '.join(case.earlier_states)}",
        )


@guard("R05", "撤回人就是报送人", "whoever withdraws is who submitted")
def is_the_submitter(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if attempt.actor_id is not None and attempt.actor_id != case.submitter_id:
        yield self.problem(
            "只有报送人本人可以撤回；请联系报送人，或请商会党委退回",
            "Only who submitted can withdraw: ask that person, or ask the committee to return it",
            mender="other",
            where="history",
        )
