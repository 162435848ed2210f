"""The count of an election on its form: what is said of it so far, and the rows that follow from it put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from web.actor import actor
from web.auth.access import me
from web.cases.entry import Entered, shown, typed
from web.cases.sent import Sent
from web.context import reading, runtime
from workflow.engine.rehearsal import rehearse
from workflow.errors import InvalidInput, TransitionRefused, WorkflowError
from workflow.guards import Problem
from workflow.queries.election_count import Count, counted
from workflow.queries.seen import seen_work
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Check:
    """`unfilled` counts what is missing or cannot be read; `problems` are what the action's own conditions say."""

    count: Count
    unfilled: int
    problems: tuple[Problem, ...]
    stopped: Text | None


def check_of(sent: Sent) -> Check:
    """How the count stands by what is typed so far; nothing is kept."""
    data = typed(sent.transition.fields, filled(sent))
    refused = _refusal(sent, data)
    return Check(
        count=_count(sent, data),
        unfilled=len(refused.fields) if isinstance(refused, InvalidInput) else 0,
        problems=tuple(refused.problems) if isinstance(refused, TransitionRefused) else (),
        stopped=refused.text if refused and not isinstance(refused, InvalidInput | TransitionRefused) else None,
    )


def filled(sent: Sent) -> Entered:
    """What was typed, with the rows of the next round or of the elected added where they follow from the count."""
    values = sent.values
    if not sent.fill:
        return values
    count = _count(sent, sent.data)
    if sent.fill == "elected" and count.winners:
        return {**values, "elected": [shown(row) for row in count.winners]}
    if sent.fill == "next_round" and (due := count.next_round):
        added = {"ballots": due.ballots, "votes": due.votes}
        return values | {name: [*values[name], *(shown(row) for row in rows)] for name, rows in added.items()}
    return values


def _count(sent: Sent, data: Mapping[str, object]) -> Count:
    return counted(seen_work(reading(), runtime(), actor(), sent.case_id), sent.transition, data)


def _refusal(sent: Sent, data: Mapping[str, object]) -> WorkflowError | None:
    try:
        rehearse(reading(), runtime(), replace(sent.command(me().id), data=data))
    except WorkflowError as refused:
        return refused
    return None
