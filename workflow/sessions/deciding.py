"""Deciding the cases one after another, and all those nobody objects to at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from workflow.definition.entry import read_entry
from workflow.definition.model import AGREE, Transition
from workflow.engine.examining import MAX_REASON, attempt_of
from workflow.engine.numbers import NumberTaken, already_given, sign_of, written_number
from workflow.engine.work import CaseWork
from workflow.errors import InvalidInput, WorkflowError
from workflow.machine import machine_for
from workflow.models import SessionItem
from workflow.runtime import Runtime
from workflow.sessions.acting import Request, SessionOutcome, act_on
from workflow.sessions.counting import Present, Votes
from workflow.sessions.entry import by_hand, number_field, proposed
from workflow.sessions.refusals import AbsentVote, NotForSession, RecusedVote, TooManyVotes, VotedTwice
from workflow.sessions.work import SessionWork
from workflow.text import Text

POSTPONE = "postpone"
ANSWERS: Mapping[str, Text] = {
    AGREE: Text("同意", "agree"),
    "refuse": Text("不予批准", "refuse"),
    "return": Text("退回", "return"),
    POSTPONE: Text("缓议", "postpone"),
}
VOTES = ("yes", "no", "abstain")
# Stands for the number that is given out at the closing, while only asking whether the rest can be read.
LATER = "—"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is put to the vote and how it went: counts, or `votes` by name as (seat, yes / no / abstain)."""

    case_id: int
    answer: str
    reason: str = ""
    yes: int | None = None
    no: int | None = None
    abstain: int | None = None
    votes: Sequence[tuple[int, str]] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


def decide(runtime: Runtime, session_id: int, request: Request, decision: Decision) -> SessionOutcome:
    """Keeps the committee's decision on one case; deciding again replaces it. Nothing moves before the closing.

    Raises what `act_on` raises, NotFound, NoQuorum, TooFewForCase, CaseMoved, InvalidInput and its kinds: VotedTwice,
    RecusedVote, AbsentVote, TooManyVotes; NumberTaken.
    """
    content = {**asdict(decision), "votes": [list(vote) for vote in decision.votes]}

    def keep(work: SessionWork) -> int:
        work.require_quorum()
        item = work.item(decision.case_id)
        case = work.cases([item])[item.case_id]
        work.require_unmoved(item, case)
        transition = _transition(case, decision.answer)
        reason = _reason(decision, transition)
        _keep_votes(work, item, case, decision)
        item.data = _data(work, case, transition, decision) if transition else {}
        item.answer, item.reason = decision.answer, reason
        item.action = transition.action if transition else None
        return 1

    return act_on(runtime, session_id, request, "decide", content, keep)


def decide_rest(runtime: Runtime, session_id: int, request: Request) -> SessionOutcome:
    """Agrees to every undecided case nobody objects to (无异议), with the votes of all who may vote.

    Cases something stands against stay undecided. Answers how many were decided; raises what `act_on` raises, NoQuorum.
    """

    def agree(work: SessionWork) -> int:
        work.require_quorum()
        return sum(_agreed(work, item, case) for item, case in unobjected(work))

    return act_on(runtime, session_id, request, "decide_rest", {}, agree)


def unobjected(work: SessionWork) -> list[tuple[SessionItem, CaseWork]]:
    """The undecided cases that could be agreed to as they stand."""
    open_items = [item for item in work.items if item.answer is None]
    cases = work.cases(open_items)
    return [(item, cases[item.case_id]) for item in open_items if _nothing_against(work, item, cases[item.case_id])]


def require_votes_to_count(
    work: SessionWork, case: CaseWork, votes: Votes, named: Iterable[tuple[int, str]], present: Present
) -> None:
    """Raises where somebody voted twice, was recused or not there, or there are more votes than people."""
    named = list(named)
    names = {seat.id: seat.name for seat in work.seats}
    twice = [seat for seat, times in Counter(seat for seat, _ in named).items() if times > 1]
    if twice:
        raise VotedTwice([names.get(seat, str(seat)) for seat in twice])
    recused = work.recused(case)
    if wrong := [names[seat] for seat, _ in named if seat in recused]:
        raise RecusedVote(wrong)
    there = {seat.id for seat in work.attending}
    if away := [names.get(seat, str(seat)) for seat, _ in named if seat not in there]:
        raise AbsentVote(away)
    if votes.cast > present.attending:
        raise TooManyVotes(votes.cast, present.attending)


def votes_of(item: SessionItem) -> Votes:
    return Votes(item.yes or 0, item.no or 0, item.abstain or 0)


def named_votes(item: SessionItem) -> list[tuple[int, str]]:
    return [(int(seat), vote) for seat, vote in (item.votes or {}).items()]


def _transition(case: CaseWork, answer: str) -> Transition | None:
    """The action an answer takes; None for what is put off. Raises for an answer this step does not have."""
    answers = case.definition.session_answers(case.case.state)
    if not answers:
        raise NotForSession(case.case.id, case.definition.states[case.case.state].name)
    if answer == POSTPONE:
        return None
    if answer not in answers:
        options = "、".join([*answers, POSTPONE])
        raise InvalidInput({"answer": Text(f"本步骤只能：{options}", f"At this step one of: {options}")})
    return answers[answer]


def _reason(decision: Decision, transition: Transition | None) -> str | None:
    reason = decision.reason.replace("\x00", "").strip()
    if not reason and (transition is None or transition.reason == "required"):
        raise InvalidInput({"reason": Text("请填写理由", "Give a reason")})
    if len(reason) > MAX_REASON:
        raise InvalidInput(
            {"reason": Text(f"理由最长 {MAX_REASON} 个字", f"The reason has at most {MAX_REASON} characters")}
        )
    return reason or None


def _keep_votes(work: SessionWork, item: SessionItem, case: CaseWork, decision: Decision) -> None:
    votes = _votes(decision)
    if decision.answer != POSTPONE:
        require_votes_to_count(work, case, votes, decision.votes, work.require_enough_for(case))
    item.yes, item.no, item.abstain = votes.yes, votes.no, votes.abstain
    item.votes = {str(seat): vote for seat, vote in decision.votes} if decision.votes else None


def _votes(decision: Decision) -> Votes:
    """The counts; those of votes by name are counted here."""
    if decision.votes:
        if any(vote not in VOTES for _, vote in decision.votes):
            raise InvalidInput({"votes": Text("票只能是赞成、反对或弃权", f"A vote is one of {', '.join(VOTES)}")})
        cast = Counter(vote for _, vote in decision.votes)
        return Votes(cast["yes"], cast["no"], cast["abstain"])
    counts = {name: getattr(decision, name) or 0 for name in VOTES}
    if decision.answer != POSTPONE and decision.yes is None:
        raise InvalidInput({"yes": Text("请填写赞成票数", "Give the number of votes in favour")})
    if wrong := [name for name, number in counts.items() if number < 0]:
        raise InvalidInput(dict.fromkeys(wrong, Text("票数不能小于 0", "A number of votes is not below 0")))
    return Votes(**counts)


def _data(work: SessionWork, case: CaseWork, transition: Transition, decision: Decision) -> dict[str, Any]:
    """What was entered by hand; refused here where it cannot be read, so that the closing need not."""
    proposal = proposed(work, case, transition)
    kept = by_hand(decision.data, proposal)
    name, sign = number_field(transition), sign_of(work.session, work.record.organisation_id)
    placeholder = {name: LATER} if sign and name else {}
    read_entry(transition.fields, {**placeholder, **proposal, **kept}, work.today)
    number = written_number(kept)
    if number and already_given(work.session, work.record.organisation_id, [number]):
        raise NumberTaken(number)
    return kept


def _nothing_against(work: SessionWork, item: SessionItem, case: CaseWork) -> bool:
    try:
        work.require_unmoved(item, case)
        work.require_enough_for(case)
    except WorkflowError:
        return False
    transition = case.definition.session_answers(case.case.state)[AGREE]
    asked = attempt_of(case, transition, None, work.actor)
    return not machine_for(case.definition).problems(case.case_facts(), asked)


def _agreed(work: SessionWork, item: SessionItem, case: CaseWork) -> bool:
    item.answer, item.reason, item.data = AGREE, None, {}
    item.action = case.definition.session_answers(case.case.state)[AGREE].action
    item.yes, item.no, item.abstain, item.votes = work.present_for(case).attending, 0, 0, None
    return True
