"""What a person typed for an action and put aside (暂存), to go on with later or on another device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workflow.dialects import upsert
from workflow.errors import InvalidInput
from workflow.models import Draft
from workflow.text import Text

LARGEST = 64_000


@dataclass(frozen=True, slots=True)
class SavedDraft:
    values: Mapping[str, Any]
    saved_at: datetime


def save_draft(
    session: Session, user_id: int, case_id: int, action: str, values: Mapping[str, Any], now: datetime
) -> None:
    """Keeps the newest of each; the caller has made sure that the person may take the action. Raises InvalidInput."""
    if len(repr(values)) > LARGEST:
        raise InvalidInput({"draft": Text("内容太长，不能暂存", "Too long to be put aside")})
    row = {"user_id": user_id, "case_id": case_id, "action": action, "values": dict(values), "saved_at": now}
    upsert(session, Draft, ("user_id", "case_id", "action"), row)


def draft_of(session: Session, user_id: int, case_id: int, action: str) -> SavedDraft | None:
    wanted = select(Draft).where(Draft.user_id == user_id, Draft.case_id == case_id, Draft.action == action)
    row = session.scalars(wanted).first()
    return SavedDraft(row.values, row.saved_at) if row else None


def drop_draft(session: Session, user_id: int, case_id: int, action: str) -> None:
    session.execute(delete(Draft).where(Draft.user_id == user_id, Draft.case_id == case_id, Draft.action == action))
