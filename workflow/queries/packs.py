"""Handover packs in words: those a person has to sign, those managers watch, those of one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.engine.actors import Actor
from workflow.errors import NotFound
from workflow.models import Case, Enterprise, HandoverPack, User
from workflow.queries.visibility import visible_cases
from workflow.runtime import Runtime
from workflow.text import Text

UNSIGNED = HandoverPack.signed_at.is_(None) & HandoverPack.superseded_at.is_(None)


@dataclass(frozen=True, slots=True)
class PackLine:
    """One pack. `is_mine`: this person has to sign it; `receiver` None where nobody took the case on yet."""

    id: int
    case_id: int
    enterprise: str
    leaver: str
    receiver: str | None
    made_at: datetime
    signed_at: datetime | None
    is_superseded: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class PackPage:
    """What was handed over, in words: (name, day) for deadlines, code and name for papers."""

    line: PackLine
    state: Text
    full_members: int
    promises: tuple[Mapping[str, Any], ...]
    deadlines: tuple[tuple[Text, str, bool], ...]
    notes: tuple[str, ...]
    papers: tuple[tuple[str, Text], ...]
    missing: tuple[tuple[str, Text], ...]


def packs_to_sign(session: Session, actor: Actor) -> list[PackLine]:
    return _lines(session, actor, UNSIGNED & (HandoverPack.receiver_id == actor.id))


def count_to_sign(session: Session, actor: Actor) -> int:
    mine = UNSIGNED & (HandoverPack.receiver_id == actor.id)
    return session.scalar(select(func.count()).select_from(HandoverPack).where(mine)) or 0


def unsigned_packs(session: Session, actor: Actor) -> list[PackLine]:
    """All that wait for a signature on cases the person may see, the oldest first."""
    return _lines(session, actor, UNSIGNED)


def packs_of_case(session: Session, actor: Actor, case_id: int) -> list[PackLine]:
    return _lines(session, actor, HandoverPack.case_id == case_id)


def pack_page(session: Session, runtime: Runtime, actor: Actor, pack_id: int) -> PackPage:
    """Raises NotFound where there is none, or its case may not be seen and the pack is not the person's."""
    line = next(iter(_lines(session, actor, HandoverPack.id == pack_id)), None)
    if line is None:
        raise NotFound("handover pack", pack_id)
    content = session.get_one(HandoverPack, pack_id).content
    definition = runtime.definition_of(session, session.get_one(Case, line.case_id))
    clocks, papers = definition.deadlines, definition.documents
    return PackPage(
        line=line,
        state=definition.states[content["state"]].name,
        full_members=content["full_members"],
        promises=tuple(content["promises"]),
        deadlines=tuple((clocks[d["code"]].name, d["due_on"], d["paused"]) for d in content["deadlines"]),
        notes=tuple(note["text"] for note in content["notes"]),
        papers=tuple((code, papers[code].name) for code in content["papers"]),
        missing=tuple((code, papers[code].name) for code in content["missing"]),
    )


def _lines(session: Session, actor: Actor, which: ColumnElement[bool]) -> list[PackLine]:
    leaver, receiver = aliased(User), aliased(User)
    rows = session.execute(
        select(
            HandoverPack.id,
            HandoverPack.case_id,
            Enterprise.name.label("enterprise"),
            leaver.display_name.label("leaver"),
            receiver.display_name.label("receiver"),
            HandoverPack.receiver_id,
            HandoverPack.made_at,
            HandoverPack.signed_at,
            HandoverPack.superseded_at,
        )
        .join(Case, Case.id == HandoverPack.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(leaver, leaver.id == HandoverPack.leaver_id)
        .outerjoin(receiver, receiver.id == HandoverPack.receiver_id)
        .where(which, or_(visible_cases(actor), Case.instructor_id == actor.id))
        .order_by(HandoverPack.made_at, HandoverPack.id)
    )
    return [
        PackLine(
            row.id,
            row.case_id,
            row.enterprise,
            row.leaver,
            row.receiver,
            row.made_at,
            row.signed_at,
            row.superseded_at is not None,
            row.receiver_id == actor.id and row.signed_at is None and row.superseded_at is None,
        )
        for row in rows
    ]
