"""What others ask of a person beside the steps that wait: to sign, to answer, to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.engine.actors import Actor
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


def asks(session: Session, runtime: Runtime, actor: Actor) -> tuple[Ask, ...]:
    """Signatures first, also those asked of people one stands in for, then questions, then copies to read; the oldest
    of each first."""
    return tuple(
        Ask(
            kind,
            case.id,
            enterprise,
            runtime.definition_of(session, case).states[case.state].name,
            _about(runtime.definition_of(session, case), kind, detail),
            asked_at,
        )
        for kind, asked_of, query in _queries(actor)
        for case, enterprise, detail, asked_at in session.execute(query)
        if asked_of == actor.id or asked_of in {held.principal_id for held in actor.lent_on(case)}
    )


def count_asks(session: Session, runtime: Runtime, actor: Actor) -> int:
    """The number beside the menu entry; without substitutes it is counted and nothing is read."""
    if actor.lent:
        return len(asks(session, runtime, actor))
    counted = (select(func.count()).select_from(query.subquery()) for _, _, query in _queries(actor))
    return sum(session.scalar(query) or 0 for query in counted)


def _queries(actor: Actor) -> Iterator[tuple[str, int, Select]]:  # type: ignore[type-arg]  # a long Select[...]
    """Kind, of whom it is asked, and what finds it."""
    me = actor.id or 0
    for user_id in (me, *sorted({held.principal_id for held in actor.lent if held.principal_id})):
        yield TO_SIGN, user_id, _to_sign(user_id)
    yield from _words_asked(me)


def _to_sign(user_id: int) -> Select:  # type: ignore[type-arg]  # a long Select[...]
    return (
        select(Case, Enterprise.name, ApprovalRound.action, Signer.asked_at)
        .join(ApprovalRound, ApprovalRound.id == Signer.round_id)
        .join(Case, Case.id == ApprovalRound.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Signer.user_id == user_id, Signer.status == "asked", ApprovalRound.outcome.is_(None))
        .order_by(Signer.asked_at, Signer.id)
    )


def _words_asked(user_id: int) -> Iterator[tuple[str, int, Select]]:  # type: ignore[type-arg]  # a long Select[...]
    cases = (Case, Enterprise.name)
    yield (
        TO_ANSWER,
        user_id,
        select(*cases, Question.text, Question.asked_at)
        .join(Case, Case.id == Question.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Question.to_user_id == user_id, Question.closed_at.is_(None))
        .order_by(Question.asked_at, Question.id),
    )
    yield (
        TO_READ,
        user_id,
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
