"""What keeps an action from being taken beside the guards: somebody has claimed the step, or it is being signed."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.definition.model import Transition
from workflow.engine.actors import Actor
from workflow.engine.recipients import holder_of
from workflow.engine.work import CaseWork
from workflow.guards import MENDERS, Problem
from workflow.models import User
from workflow.text import Text


def hindrances(work: CaseWork, actor: Actor, transition: Transition) -> Iterator[Problem]:
    """A problem for each, told in the same words as `perform` refuses with."""
    if (claimed := claimed_words(work, actor, transition)) is not None:
        yield Problem("CLAIMED", "step_is_claimed", claimed, MENDERS["other"], "history")
    if transition.approval.asks_several and work.standing.round_id is not None:
        yield Problem("BEING_SIGNED", "round_is_open", BEING_SIGNED, MENDERS["other"], "round")


BEING_SIGNED = Text("本案正在会签：请在会签中表态，不要重复提出", "A round runs on this case already: sign there")


def claimants(actor: Actor) -> set[int | None]:
    """Whose claims leave a step to this person: their own, and those of people they stand in for."""
    return {actor.id, *(held.principal_id for held in actor.lent)}


def claimed_words(work: CaseWork, actor: Actor, transition: Transition) -> Text | None:
    """Who else has taken this step upon themselves; None where nobody has."""
    holder = work.standing.claimed_by
    if holder is None or holder in claimants(actor) or transition.is_routine:
        return None
    if holder_of(work.definition, work.case).at not in {work.definition.groups[code].at for code in transition.by}:
        return None
    name = work.session.get_one(User, holder).display_name
    return Text(
        f"本步骤已由{name}认领：请对方办理、释放或转办",
        f"{name} has claimed this step: they take it, release it or hand it over",
    )
