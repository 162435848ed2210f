"""A round of approval: opened by the action it decides on, closed by its verdict or by the case moving on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select, update

from workflow.approvals.tally import Ballot, Decision, Verdict, verdict
from workflow.definition.approval import Approval, Policy
from workflow.definition.model import Transition
from workflow.engine.command import Command
from workflow.engine.hindrances import BEING_SIGNED
from workflow.engine.messages import tell_people
from workflow.engine.recipients import Seat, seats_for
from workflow.engine.snapshot import snapshot
from workflow.engine.work import CaseWork, Deed
from workflow.engine.writing import write_entry
from workflow.errors import Conflict
from workflow.machine import Moved
from workflow.models import ApprovalRound, Interest, Question, Signer
from workflow.text import Text

PROPOSE = "propose"
OPEN = ("asked", "waiting")
COUNTED = (*OPEN, "decided")


@dataclass
class Running:
    """A round that is not decided yet, with its places in the order they came."""

    row: ApprovalRound
    transition: Transition
    signers: list[Signer]

    @property
    def counted(self) -> list[Signer]:
        """The places whose answers count: without those removed or handed over."""
        return [signer for signer in self.signers if signer.status in COUNTED]

    def asked_of(self, user_id: int | None) -> Signer | None:
        return next((s for s in self.signers if s.user_id == user_id and s.status == "asked"), None)

    def place_of(self, user_id: int | None) -> Signer | None:
        """The person's place that counts, the open one before one that has answered."""
        mine = [signer for signer in self.counted if signer.user_id == user_id]
        return next((signer for signer in mine if signer.status in OPEN), mine[-1] if mine else None)

    def verdict(self) -> Verdict | None:
        ballots = [Ballot(s.weight, Decision(s.decision) if s.decision else None) for s in self.counted]
        return verdict(self.transition.approval, ballots)


def running_round(work: CaseWork) -> Running | None:
    """The round of the case that is open, if there is one."""
    if work.standing.round_id is None:
        return None
    row = work.session.get_one(ApprovalRound, work.standing.round_id)
    signers = work.session.scalars(select(Signer).where(Signer.round_id == row.id).order_by(Signer.id)).all()
    return Running(row, work.definition.transitions[row.action], list(signers))


def open_round(work: CaseWork, transition: Transition, deed: Deed, command: Command) -> int:
    """Asks everybody who has to sign and answers how many; 0 where nobody else has to be asked: nothing is written.

    Raises Conflict where a round runs already.
    """
    if work.standing.round_id is not None:
        raise Conflict(BEING_SIGNED)
    places = list(_places(work, transition, deed))
    approval = transition.approval
    ballots = [
        Ballot(approval.weight_of(p.role), Decision.AGREE if p.user_id == deed.actor.id else None) for p in places
    ]
    if verdict(approval, ballots) is Verdict.PASSED:
        return 0
    row = _write_round(work, transition, deed, command)
    signers = [_signer(work, row, seat, approval, deed) for seat in places]
    work.session.add_all(signers)
    work.session.flush()
    if approval.policy is Policy.IN_ORDER:
        _queue(work, signers)
    _write_proposal(work, transition, deed, row)
    asked = {s.user_id for s in signers if s.status == "asked"}
    ask_to_sign(work, transition, [p.user_id for p in places if p.user_id in asked])
    work.send()
    return sum(signer.status in OPEN for signer in signers)


def _places(work: CaseWork, transition: Transition, deed: Deed) -> Iterator[Seat]:
    """Whoever may take the action and has no part in the case; the proposer first, nobody twice in a row."""
    seats = seats_for(work.connection, work.case, transition.by, definition=work.definition, today=work.today)
    # Those who are asked are asked themselves; who stands in for one of them signs that place.
    seats = [seat for seat in seats if seat.principal_id is None]
    barred = {work.case.instructor_id, work.case.submitter_id, *interested_in(work)}
    mine = next((seat for seat in seats if seat.user_id == deed.actor.id), None)
    ordered = [*([mine] if mine else []), *(s for s in seats if s.user_id not in barred and s.user_id != deed.actor.id)]
    named: set[int] = set()
    for seat in ordered:
        if seat.user_id not in named:
            named.add(seat.user_id)
            yield seat


def interested_in(work: CaseWork) -> set[int]:
    """People with a declared interest (回避) in the enterprise: they sign nothing about it."""
    wanted = select(Interest.user_id).where(Interest.enterprise_id == work.enterprise.id, Interest.user_id.is_not(None))
    return {user_id for user_id in work.session.scalars(wanted) if user_id is not None}


def _write_round(work: CaseWork, transition: Transition, deed: Deed, command: Command) -> ApprovalRound:
    row = ApprovalRound(
        case_id=work.case.id,
        action=transition.action,
        data=deed.data,
        reason=deed.reason,
        overrides=dict(command.overrides),
        occurred_on=deed.occurred_on,
        opened_by=deed.actor.id,
        opened_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _signer(work: CaseWork, row: ApprovalRound, seat: Seat, approval: Approval, deed: Deed) -> Signer:
    proposes = seat.user_id == deed.actor.id
    return Signer(
        round_id=row.id,
        user_id=seat.user_id,
        weight=approval.weight_of(seat.role),
        status="decided" if proposes else "asked",
        decision=Decision.AGREE.value if proposes else None,
        reason=deed.reason if proposes else None,
        asked_at=work.now,
        decided_at=work.now if proposes else None,
    )


def _queue(work: CaseWork, signers: Sequence[Signer]) -> None:
    """Each waits for the one before; the first that is open is asked."""
    waiting = [signer for signer in signers if signer.status == "asked"]
    for before, signer in pairwise(waiting):
        signer.status, signer.waits_for, signer.asked_at = "waiting", before.id, None


def _write_proposal(work: CaseWork, transition: Transition, deed: Deed, row: ApprovalRound) -> None:
    case = work.case
    case.undo = {**snapshot(work, deed.actor.id, PROPOSE), "opened_round": row.id}
    case.last_occurred_on, case.updated_at = deed.occurred_on, work.now
    content = {"data": deed.data, "reason": deed.reason, "proposes": transition.action, "round": row.id}
    write_entry(work, PROPOSE, Moved(case.state, case.state, ()), deed, content)
    work.save()


def ask_to_sign(work: CaseWork, transition: Transition, people: Sequence[int]) -> None:
    """Tells people that their answer is wanted, and whoever stands in for one of them that theirs is as good."""
    name, label = work.enterprise.name, transition.label
    body = Text(
        f"案件 {work.case.id} 正在会签。{transition.approval.words.zh}。",
        f"Case {work.case.id} is being signed. {transition.approval.words.en}.",
    )
    asked = Text(f"{name}：请您就“{label.zh}”表态", f'{name}: your answer on "{label.en}" is wanted')
    tell_people(work, people, "sign", asked, body)
    instead = Text(
        f"{name}：请您作为代理人就“{label.zh}”表态",
        f'{name}: your answer on "{label.en}" is wanted, as a substitute',
    )
    tell_people(work, _standing_in_for(work, transition, set(people)), "sign_for", instead, body)


def _standing_in_for(work: CaseWork, transition: Transition, asked: Collection[int]) -> list[int]:
    """Each substitute who may sign once, however many of those asked they stand in for."""
    seats = seats_for(work.connection, work.case, transition.by, definition=work.definition, today=work.today)
    found = dict.fromkeys(seat.user_id for seat in seats if seat.principal_id in asked)
    barred = {work.case.submitter_id, *interested_in(work)} if found else ()
    return [user_id for user_id in found if user_id not in barred]


def overtake_round(work: CaseWork) -> None:
    """The case moves on another way: whoever was asked is asked no longer."""
    if work.standing.round_id is not None:
        close_round(work, work.standing.round_id, Verdict.OVERTAKEN)


def reopen_round(work: CaseWork, round_id: int, places: Sequence[Sequence[Any]]) -> None:
    """Puts a round back to where a snapshot found it; a place that came since is taken out."""
    work.session.flush()
    work.run(update(ApprovalRound).where(ApprovalRound.id == round_id).values(outcome=None, closed_at=None))
    known = {place[0]: place for place in places}
    for signer in work.session.scalars(select(Signer).where(Signer.round_id == round_id)):
        if signer.id not in known:
            signer.status = "removed"
            continue
        _, signer.status, signer.waits_for, signer.decision, signer.reason, asked_at = known[signer.id]
        signer.asked_at = datetime.fromisoformat(asked_at) if asked_at else None
        signer.decided_at = signer.decided_at if signer.decision else None
    work.session.flush()
    work.standing = replace(work.standing, round_id=round_id)


def close_round(work: CaseWork, round_id: int, outcome: Verdict) -> None:
    """Ends a round; questions that held a place of it are closed with it."""
    work.session.flush()
    places = select(Signer.id).where(Signer.round_id == round_id)
    closed: dict[str, Any] = {"closed_at": work.now}
    work.run(update(ApprovalRound).where(ApprovalRound.id == round_id).values(outcome=outcome.value, **closed))
    work.run(update(Signer).where(Signer.round_id == round_id, Signer.status.in_(OPEN)).values(status="dropped"))
    work.run(
        update(Question)
        .where(Question.holds_signer.in_(places), Question.closed_at.is_(None))
        .values(closed_at=work.now)
    )
    work.session.expire_all()
    work.standing = replace(work.standing, round_id=None)
