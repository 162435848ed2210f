"""Closing a session: all decided cases move in one transaction, or none; before it, what would stand in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.definition.model import Transition
from workflow.engine.batch import Judged, apply_all, judge_loaded
from workflow.engine.command import Command
from workflow.engine.numbers import (
    Number,
    NumberTaken,
    already_given,
    following,
    is_taken,
    next_numbers,
    read_number,
    sign_of,
    written_number,
)
from workflow.engine.work import CaseWork
from workflow.errors import NotFound, SeveralRefused, WorkflowError
from workflow.models import SessionItem
from workflow.runtime import Runtime
from workflow.sessions.acting import Request, SessionOutcome, act_again_if, act_on
from workflow.sessions.counting import Present, least_above
from workflow.sessions.deciding import POSTPONE, named_votes, require_votes_to_count, votes_of
from workflow.sessions.entry import entered, number_field, wants_number
from workflow.sessions.planning import end_items
from workflow.sessions.refusals import NotYetHeld
from workflow.sessions.work import SessionWork


@dataclass
class Draft:
    """What the closing would do with an agenda item. `refusal` says why it cannot; `judged` is what would be done."""

    item: SessionItem
    case: CaseWork | None
    transition: Transition | None = None
    present: Present | None = None
    has_passed: bool = False
    judged: Judged | None = None
    refusal: WorkflowError | None = None

    @property
    def fate(self) -> str:
        """moves, not_passed, postponed, undecided or refused."""
        if self.refusal is not None:
            return "refused"
        if self.item.answer is None:
            return "undecided"
        if self.item.answer == POSTPONE:
            return "postponed"
        return "moves" if self.has_passed else "not_passed"

    @property
    def number(self) -> str | None:
        """Of the paper that would be issued; None before it is judged, and for what issues none."""
        return written_number(self.judged.command.data) if self.judged else None


@dataclass(frozen=True, slots=True)
class Preview:
    """`refusal` stands in the way of the session as a whole, that of a draft in the way of its case."""

    drafts: tuple[Draft, ...]
    refusal: WorkflowError | None

    @property
    def is_clear(self) -> bool:
        return self.refusal is None and not any(draft.refusal for draft in self.drafts)

    def counted(self, fate: str) -> int:
        return sum(draft.fate == fate for draft in self.drafts)


def preview(work: SessionWork) -> Preview:
    """The closing without the change, for each case: another person may still be faster."""
    drafts = _drafts(work, lock=False)
    _judge(work, drafts, iter(_numbers_ahead(work, drafts)))
    return Preview(tuple(drafts), _against(work))


def close_session(runtime: Runtime, session_id: int, request: Request) -> SessionOutcome:
    """Moves every decided case, numbers the papers, keeps the tallies and ends the session; answers how many moved.

    Raises what `act_on` raises, NotYetHeld, NoQuorum, SeveralRefused (a reason for each case that stands in the way).
    """
    # Where somebody used the next number by hand at the same instant, the second try passes it over.
    return act_again_if(is_taken, lambda: act_on(runtime, session_id, request, "close", {}, _close))


def _close(work: SessionWork) -> int:
    if (refusal := _against(work)) is not None:
        raise refusal
    drafts = _drafts(work, lock=True)
    _refuse_if_any(drafts)
    _judge(work, drafts, iter(_numbers_taken(work, drafts)))
    _refuse_if_any(drafts)
    moving = [draft.judged for draft in drafts if draft.judged is not None]
    apply_all(moving)
    for draft in drafts:
        _keep_tally(work, draft)
    work.noted["tallies"] = {str(item.case_id): {**(item.tally or {}), **_counts(item)} for item in work.items}
    record = work.record
    record.status, record.closed_at, record.closed_by = "closed", work.now, work.actor.id
    end_items(work)
    return len(moving)


def _against(work: SessionWork) -> WorkflowError | None:
    if work.record.held_on > work.today:
        return NotYetHeld(work.record.held_on)
    try:
        work.require_quorum()
    except WorkflowError as refusal:
        return refusal
    return None


def _refuse_if_any(drafts: Iterable[Draft]) -> None:
    refusals = {draft.item.case_id: draft.refusal for draft in drafts if draft.refusal is not None}
    if refusals:
        raise SeveralRefused(refusals)


def _drafts(work: SessionWork, *, lock: bool) -> list[Draft]:
    cases = work.cases([item for item in work.items if item.answer is not None], lock=lock)
    return [_draft(work, item, cases.get(item.case_id)) for item in work.items]


def _draft(work: SessionWork, item: SessionItem, case: CaseWork | None) -> Draft:
    draft = Draft(item, case)
    if item.answer in (None, POSTPONE):
        return draft
    try:
        if case is None:
            raise NotFound("case", item.case_id)
        work.require_unmoved(item, case)
        work.require_free_recorder(case)
        draft.present = work.require_enough_for(case)
        votes = votes_of(item)
        require_votes_to_count(work, case, votes, named_votes(item), draft.present)
        draft.transition = case.definition.transitions[str(item.action)]
        draft.has_passed = votes.pass_among(draft.present, work.majority_rule.value)
    except WorkflowError as refusal:
        draft.refusal = refusal
    return draft


def _wants_number(draft: Draft) -> bool:
    return draft.fate == "moves" and draft.transition is not None and wants_number(draft.transition, draft.item)


def _numbers_taken(work: SessionWork, drafts: Sequence[Draft]) -> Iterable[Number]:
    """As many as are wanted, taken from the series; none where the body has no sign."""
    body, wanted = work.record.organisation_id, sum(map(_wants_number, drafts))
    sign = sign_of(work.session, body)
    return next_numbers(work.session, body, sign, _year(work), wanted, _typed(drafts)) if sign else ()


def _numbers_ahead(work: SessionWork, drafts: Sequence[Draft]) -> Iterable[Number]:
    """Those that would be given out now."""
    body = work.record.organisation_id
    sign = sign_of(work.session, body)
    return following(work.session, body, sign, _year(work), _typed(drafts)) if sign else ()


def _year(work: SessionWork) -> int:
    return max(work.record.held_on, work.today).year


def _typed(drafts: Iterable[Draft]) -> set[Number]:
    """Numbers typed on the agenda: the series passes them over."""
    found = (read_number(text) for text in _typed_texts(drafts))
    return {number for number in found if number is not None}


def _typed_texts(drafts: Iterable[Draft]) -> list[str]:
    return [written for d in drafts if d.fate == "moves" and (written := written_number(d.item.data))]


def _judge(work: SessionWork, drafts: Sequence[Draft], numbers: Iterator[Number]) -> None:
    """Makes the command of each case that moves and judges it as the engine would."""
    used = _used_twice(work, drafts)
    for draft in drafts:
        if draft.fate != "moves" or draft.case is None or draft.transition is None:
            continue
        number = next(numbers, None) if _wants_number(draft) else None
        command = _command(work, draft.case, draft.transition, draft.item, number)
        if (written := written_number(command.data)) in used:
            draft.refusal = NumberTaken(str(written))
            continue
        [draft.judged] = judge_loaded({command.case_id: draft.case}, {command.actor_id: work.actor}, [command])
        draft.refusal = draft.judged.refusal


def _command(
    work: SessionWork, case: CaseWork, transition: Transition, item: SessionItem, number: Number | None
) -> Command:
    if work.actor.id is None:
        raise ValueError("a session is closed by a person")
    name = number_field(transition)
    return Command(
        item.case_id,
        transition.action,
        work.actor.id,
        data={**entered(work, case, transition, item), **({name: str(number)} if name and number else {})},
        occurred_on=work.record.held_on,
        reason=item.reason if transition.reason != "none" else None,
        committee_session_id=work.record.id,
    )


def _used_twice(work: SessionWork, drafts: Sequence[Draft]) -> set[str]:
    """Numbers typed on the agenda that stand on another paper already, or twice here."""
    typed = _typed_texts(drafts)
    twice = {number for number in typed if typed.count(number) > 1}
    return twice | already_given(work.session, work.record.organisation_id, typed)


def _counts(item: SessionItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("answer", "yes", "no", "abstain", "reply_no")}


def _keep_tally(work: SessionWork, draft: Draft) -> None:
    """What the minutes say of the case, as it was counted at the closing."""
    item = draft.item
    tally: dict[str, Any] = {"fate": draft.fate}
    if draft.present is not None and draft.case is not None:
        names = {seat.id: seat.name for seat in work.seats}
        recused = work.recused(draft.case).items()
        tally |= {
            "ought": draft.present.ought,
            "attending": draft.present.attending,
            "needed": least_above(draft.present.ought, work.majority_rule.value),
            "recused": [{"name": names[seat], "reason": reason.as_dict()} for seat, reason in recused],
            "votes": [[names[seat], vote] for seat, vote in named_votes(item)],
        }
    item.tally = tally
    item.reply_no = draft.number
