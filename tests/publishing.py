"""Publishing, moving and going back in the small district, and all of a case that must be equal after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from tests.district import District
from workflow.ledger import verify
from workflow.models import (
    Case,
    Deadline,
    LedgerEntry,
    WorkItem,
)
from workflow.publishing.comparing import Fate
from workflow.publishing.moving import Moved, move_cases
from workflow.publishing.preview import Preview
from workflow.publishing.publish import preview_of, publish
from workflow.publishing.rollback import move_back, put_back


def publish_here(district: District, source: str, who: str | None = "admin", **more: Any) -> None:
    publish(district.runtime, source, actor_id=district.people[who] if who else None, **more)


def preview_here(district: District, source: str) -> Preview:
    with district.db.reading() as session:
        return preview_of(session, district.runtime, source)[1]


def fates(found: Preview) -> dict[int, Fate]:
    return {line.case_id: line.fate for line in found.lines}


def move(district: District) -> Moved:
    return move_cases(district.runtime, actor_id=district.people["admin"])


def roll_back(district: District, version: int = 1) -> Moved:
    put_back(district.runtime, version, actor_id=district.people["admin"])
    return move_back(district.runtime, actor_id=district.people["admin"])


@dataclass(frozen=True)
class Standing:
    """All of a case that must be equal again: its columns, what runs, what is to be done."""

    case: dict[str, Any]
    clocks: list[tuple[Any, ...]]
    items: list[tuple[Any, ...]]


FOLLOWS_THE_HISTORY = {"version", "ledger_head", "updated_at"}


def standing(district: District, case_id: int) -> Standing:
    columns = [c for c in Case.__table__.columns if c.name not in FOLLOWS_THE_HISTORY]
    clock = Deadline.__table__.c
    item = WorkItem.__table__.c
    running = select(*clock).where(clock.case_id == case_id, clock.status != "stopped").order_by(clock.id)
    items = select(*item).where(item.case_id == case_id).order_by(item.id)
    with district.db.reading() as session:
        return Standing(
            dict(session.execute(select(*columns).where(Case.id == case_id)).mappings().one()),
            [tuple(row) for row in session.execute(running)],
            [tuple(row) for row in session.execute(items)],
        )


def open_item(case_id: int) -> Select[WorkItem]:
    return select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))


def history(district: District, case_id: int) -> list[tuple[str, int, str | None, str]]:
    entry = LedgerEntry
    query = select(entry.action, entry.definition_version, entry.from_state, entry.to_state)
    with district.db.reading() as session:
        assert verify(session).ok
        return [tuple(row) for row in session.execute(query.where(entry.case_id == case_id).order_by(entry.seq))]
