"""Wordings kept for reasons and opinions (常用意见): a person's own, and those of the bodies they hold a role at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workflow.engine.actors import Actor
from workflow.errors import InvalidInput, NotFound, NotPermitted
from workflow.models import OpinionTemplate
from workflow.text import Text

LONGEST, MOST = 500, 50
MAY_KEEP_FOR_THE_BODY = frozenset({"clerk", "approver", "org_dept", "social_work"})


@dataclass(frozen=True, slots=True)
class Opinion:
    """`is_own` is the person's, else it is of a body; `may_remove` where this person may take it out."""

    id: int
    text: str
    is_own: bool
    may_remove: bool


def opinions_for(session: Session, actor: Actor) -> list[Opinion]:
    """Own ones first, each group in the order it was kept."""
    bodies = {held.organisation_id for held in actor.roles}
    wanted = or_(OpinionTemplate.user_id == actor.id, OpinionTemplate.organisation_id.in_(bodies))
    rows = session.scalars(select(OpinionTemplate).where(wanted).order_by(OpinionTemplate.id)).all()
    found = [Opinion(r.id, r.text, r.user_id is not None, _may_change(actor, r.organisation_id)) for r in rows]
    return sorted(found, key=lambda opinion: not opinion.is_own)


def keep_opinion(session: Session, actor: Actor, text: str, now: datetime, organisation_id: int | None = None) -> int:
    """Keeps a wording, the person's own or a body's; answers its id. Raises InvalidInput, NotPermitted."""
    text = text.replace("\x00", "").strip()
    if not text or len(text) > LONGEST:
        fault = Text(f"请填写 1 至 {LONGEST} 个字", f"Write 1 to {LONGEST} characters")
        raise InvalidInput({"text": fault})
    if not _may_change(actor, organisation_id):
        raise NotPermitted("keep_opinion", Text("只能为本人所在组织保存常用意见", "Only for a body you work for"))
    owner: dict[str, int | None]
    owner = {"organisation_id": organisation_id} if organisation_id else {"user_id": actor.id}
    _refuse_too_many(session, owner)
    row = OpinionTemplate(text=text, created_at=now, **owner)
    session.add(row)
    session.flush()
    return row.id


def _refuse_too_many(session: Session, owner: dict[str, int | None]) -> None:
    kept = session.scalar(select(func.count()).select_from(OpinionTemplate).filter_by(**owner))
    if (kept or 0) >= MOST:
        raise InvalidInput({"text": Text(f"最多保存 {MOST} 条，请先删除不用的", f"At most {MOST}: remove some first")})


def remove_opinion(session: Session, actor: Actor, opinion_id: int) -> None:
    """Raises NotFound for one that is not there or not this person's to remove."""
    row = session.get(OpinionTemplate, opinion_id)
    is_mine = row is not None and row.user_id == actor.id
    if row is None or not (is_mine or (row.organisation_id and _may_change(actor, row.organisation_id))):
        raise NotFound("opinion", opinion_id)
    session.delete(row)


def _may_change(actor: Actor, organisation_id: int | None) -> bool:
    """One's own always; a body's by who works for it."""
    return organisation_id is None or organisation_id in _bodies(actor)


def _bodies(actor: Actor) -> Collection[int]:
    return {held.organisation_id for held in actor.roles if held.role in MAY_KEEP_FOR_THE_BODY}
