"""A round of approval as people see it: what is proposed, by whom, who has answered what, how it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from workflow.approvals.tally import DECISION_WORDS, Decision
from workflow.definition.wording import Answer, answers
from workflow.engine.rounds import COUNTED
from workflow.engine.work import CaseWork
from workflow.models import ApprovalRound, Question, Signer, User
from workflow.queries.standing_in import stand_ins, with_substitutes
from workflow.text import Text

STATUS_WORDS = {
    "asked": Text("待表态", "asked"),
    "waiting": Text("未轮到", "not yet"),
}


@dataclass(frozen=True, slots=True)
class SignerLine:
    """One place that counts; `words` is the answer, or why there is none yet. `who` names whoever stands in as well
    while the answer is open.
    """

    name: str
    who: Text
    weight: int
    status: str
    decision: str | None
    words: Text
    reason: str | None
    at: datetime | None
    added_by: str | None


@dataclass(frozen=True, slots=True)
class RoundPage:
    """The round that runs on a case; `rule` says in words how it is decided."""

    id: int
    action: str
    label: Text
    rule: Text
    opened_by: str
    opened_at: datetime
    proposal: tuple[Answer, ...]
    signers: tuple[SignerLine, ...]

    @property
    def open_count(self) -> int:
        return sum(line.decision is None for line in self.signers)


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """Something asked on the case, newest first; `answer` is None while it is open."""

    asked_by: str
    asked_of: str
    text: str
    answer: str | None
    is_open: bool
    is_passed_on: bool
    asked_at: datetime


def round_page(work: CaseWork) -> RoundPage | None:
    """The open round of the case, None where none runs; four queries at most."""
    if work.standing.round_id is None:
        return None
    wanted = select(ApprovalRound, User.display_name).join(User, User.id == ApprovalRound.opened_by)
    row, opener = work.session.execute(wanted.where(ApprovalRound.id == work.standing.round_id)).one()
    transition = work.definition.transitions[row.action]
    return RoundPage(
        id=row.id,
        action=row.action,
        label=transition.label,
        rule=transition.approval.words,
        opened_by=opener,
        opened_at=row.opened_at,
        proposal=answers(transition.fields, row.data),
        signers=_lines(work, row.id, stand_ins(work, transition.by)),
    )


def _lines(work: CaseWork, round_id: int, instead: Mapping[int, tuple[str, ...]]) -> tuple[SignerLine, ...]:
    adder = aliased(User)
    rows = work.session.execute(
        select(Signer, User.display_name, adder.display_name.label("adder"))
        .join(User, User.id == Signer.user_id)
        .outerjoin(adder, adder.id == Signer.added_by)
        .where(Signer.round_id == round_id, Signer.status.in_(COUNTED))
        .order_by(Signer.id)
    )
    return tuple(_line(row.Signer, row.display_name, row.adder, instead) for row in rows)


def _line(signer: Signer, name: str, adder: str | None, instead: Mapping[int, tuple[str, ...]]) -> SignerLine:
    substitutes = () if signer.decision else instead.get(signer.user_id, ())
    words = DECISION_WORDS[Decision(signer.decision)] if signer.decision else STATUS_WORDS[signer.status]
    at = signer.decided_at or signer.asked_at
    who = with_substitutes(name, substitutes)
    return SignerLine(name, who, signer.weight, signer.status, signer.decision, words, signer.reason, at, adder)


def questions(work: CaseWork) -> tuple[QuestionLine, ...]:
    """What was asked on the case and what was answered, newest first; recalled questions are left out."""
    asker, asked = aliased(User), aliased(User)
    rows = work.session.execute(
        select(Question, asker.display_name.label("asker"), asked.display_name.label("asked"))
        .join(asker, asker.id == Question.from_user_id)
        .join(asked, asked.id == Question.to_user_id)
        .where(Question.case_id == work.case.id, Question.answer.is_not(None) | Question.closed_at.is_(None))
        .order_by(Question.id.desc())
    )
    return tuple(
        QuestionLine(
            row.asker,
            row.asked,
            row.Question.text,
            row.Question.answer,
            row.Question.closed_at is None,
            row.Question.holds_signer is not None,
            row.Question.asked_at,
        )
        for row in rows
    )
