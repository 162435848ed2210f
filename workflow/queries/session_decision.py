"""One case before a session, with all a committee looks at to decide it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.definition.model import AGREE, Field, Transition
from workflow.engine.work import CaseWork
from workflow.errors import WorkflowError
from workflow.models import SessionItem
from workflow.queries.action_page import put_forward
from workflow.queries.case_page import CaseHead, case_head
from workflow.queries.checks import Check, checks
from workflow.queries.papers import Paper, papers
from workflow.queries.settled import settled
from workflow.queries.timeline import Event, timeline
from workflow.queries.visits import VisitLine, visits
from workflow.sessions.deciding import named_votes
from workflow.sessions.entry import proposed
from workflow.sessions.work import KINDS, SessionWork
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody on the roll, for one case. `recused`: why this person may not vote; `interest_id`: what says so."""

    seat_id: int
    name: str
    attends: bool
    recused: Text | None
    interest_id: int | None
    vote: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer the committee can give; `fields` are those the action asks for, filled in as `values`."""

    answer: str
    label: Text
    leads_to: Text | None
    needs_reason: bool
    fields: tuple[Field, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """`refusal`: why the case cannot be decided now; `ought`, `attending`, `needed` leave those recused out."""

    head: CaseHead
    position: int
    total: int
    previous: int | None
    following: int | None
    put_forward: tuple[Event, ...]
    papers: tuple[Paper, ...]
    checks: tuple[Check, ...]
    visits: tuple[VisitLine, ...]
    settled: tuple[tuple[Text, Text], ...]
    voters: tuple[Voter, ...]
    ought: int
    attending: int
    needed: int
    choices: tuple[Choice, ...]
    answer: str | None
    reason: str | None
    yes: int
    no: int
    abstain: int
    refusal: Text | None


def case_decision(work: SessionWork, case_id: int | None = None) -> CaseDecision:
    """The case asked for, else the first undecided one. Raises NotFound where it is not on the agenda."""
    item = work.item(case_id) if case_id is not None else _first_undecided(work)
    case = work.cases([item])[item.case_id]
    answers = case.definition.session_answers(case.case.state)
    present, place = work.present_for(case), [i.case_id for i in work.items].index(item.case_id)
    return CaseDecision(
        head=case_head(case),
        position=place + 1,
        total=len(work.items),
        previous=work.items[place - 1].case_id if place else None,
        following=work.items[place + 1].case_id if place + 1 < len(work.items) else None,
        put_forward=put_forward(case, timeline(work.session, work.runtime.versions(work.session), item.case_id)),
        papers=papers(case, work.actor),
        checks=checks(case, answers[AGREE], work.actor) if answers else (),
        visits=visits(work.session, item.case_id),
        settled=tuple(settled(case.definition, case.facts)),
        voters=tuple(_voters(work, case, item)),
        ought=present.ought,
        attending=present.attending,
        needed=present.quorum(work.majority_rule.value),
        choices=tuple(_choice(work, case, item, answer, transition) for answer, transition in answers.items()),
        answer=item.answer,
        reason=item.reason,
        yes=present.attending if item.yes is None else item.yes,
        no=item.no or 0,
        abstain=item.abstain or 0,
        refusal=_refusal(work, item, case),
    )


def _first_undecided(work: SessionWork) -> SessionItem:
    return next((item for item in work.items if item.answer is None), None) or work.item(
        work.items[0].case_id if work.items else 0
    )


def _voters(work: SessionWork, case: CaseWork, item: SessionItem) -> list[Voter]:
    recused, cast = work.recused(case), dict(named_votes(item))
    declared = work.interests_of(case.enterprise.id)
    return [
        Voter(
            seat_id=seat.id,
            name=seat.name,
            attends=seat.attendance == "attending",
            recused=recused.get(seat.id),
            interest_id=next((i.id for i in declared if i.name == seat.name), None)
            if recused.get(seat.id) in KINDS.values()
            else None,
            vote=cast.get(seat.id),
        )
        for seat in work.seats
    ]


def _choice(work: SessionWork, case: CaseWork, item: SessionItem, answer: str, transition: Transition) -> Choice:
    states = case.definition.states
    values = proposed(work, case, transition)
    return Choice(
        answer=answer,
        label=transition.label,
        leads_to=states[transition.target].name if transition.target in states else None,
        needs_reason=transition.reason == "required",
        fields=transition.fields,
        values={**values, **item.data} if item.answer == answer else values,
    )


def _refusal(work: SessionWork, item: SessionItem, case: CaseWork) -> Text | None:
    try:
        work.require_unmoved(item, case)
        work.require_quorum()
        work.require_enough_for(case)
    except WorkflowError as refusal:
        return refusal.text
    return None
