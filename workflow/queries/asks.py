"""What others ask of a person beside the steps that wait: to sign, to answer, to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.models import ApprovalRound, Case, CaseCopy, Enterprise, Question, Signer
from workflow.runtime import Runtime
from workflow.text import Text

TO_SIGN, TO_ANSWER, TO_READ = "sign", "answer", "read"
WORDS = {
    TO_SIGN: Text("表态", "Sign"),
    TO_ANSWER: Text("答复", "Answer"),
    TO_READ: Text("阅知", "Read"),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked of the person; `about` says in words what of."""

    kind: str
    case_id: int
    enterprise: str
    state_name: Text
    about: Text
    asked_at: datetime


def asks(session: Session, runtime: Runtime, user_id: int) -> tuple[Ask, ...]:
    """Signatures first, then questions, then copies to read, the oldest of each first; three queries."""
    return tuple(
        Ask(
            kind,
            case.id,
            enterprise,
            runtime.definition_of(session, case).states[case.state].name,
            _about(runtime.definition_of(session, case), kind, detail),
            asked_at,
        )
        for kind, query in _queries(user_id)
        for case, enterprise, detail, asked_at in session.execute(query)
    )


def count_asks(session: Session, user_id: int) -> int:
    counted = (select(func.count()).select_from(query.subquery()) for _, query in _queries(user_id))
    return sum(session.scalar(query) or 0 for query in counted)


def _queries(user_id: int) -> Iterator[tuple[str, Select]]:  # type: ignore[type-arg]  # a long Select[...]
    cases = (Case, Enterprise.name)
    yield (
        TO_SIGN,
        select(*cases, ApprovalRound.action, Signer.asked_at)
        .join(ApprovalRound, ApprovalRound.id == Signer.round_id)
        .join(Case, Case.id == ApprovalRound.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Signer.user_id == user_id, Signer.status == "asked", ApprovalRound.outcome.is_(None))
        .order_by(Signer.asked_at, Signer.id),
    )
    yield (
        TO_ANSWER,
        select(*cases, Question.text, Question.asked_at)
        .join(Case, Case.id == Question.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Question.to_user_id == user_id, Question.closed_at.is_(None))
        .order_by(Question.asked_at, Question.id),
    )
    yield (
        TO_READ,
        select(*cases, Case.process, CaseCopy.copied_at)
        .join(Case, Case.id == CaseCopy.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(CaseCopy.user_id == user_id, CaseCopy.seen_at.is_(None))
        .order_by(CaseCopy.copied_at, CaseCopy.id),
    )


def _about(definition: Definition, kind: str, detail: str) -> Text:
    if kind == TO_SIGN:
        return definition.transitions[detail].label
    return Text(detail, detail) if kind == TO_ANSWER else Text("抄送给您", "Copied to you")
