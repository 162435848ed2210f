"""What database and sink hold after a trial: the other side of the comparison, kept with a history that failed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.database import Database
from workflow.ledger import verify
from workflow.models import Case, Contact, LedgerEntry, Notice, OutboxRow, User
from workflow.models.base import Base

Row = dict[str, Any]

CASE = ("id", "process", "state", "version")
ENTRY = ("case_id", "seq", "action", "from_state", "to_state", "idempotency_key")
TOLD = ("id", "bundle_id", "event", "user_id", "channel", "status", "attempts", "last_error")


@dataclass(frozen=True, slots=True)
class Facts:
    """Plain values only. `arrived` is by channel how often the message of each outbox row arrived, `reached` who has an
    address in each channel, `damage` what verifying found.
    """

    cases: list[Row]
    entries: list[Row]
    outbox: list[Row]
    notices: list[Row]
    arrived: dict[str, dict[str, int]]
    reached: dict[str, list[int]]
    damage: str | None

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")


def load_facts(path: Path) -> Facts:
    return Facts(**json.loads(path.read_text(encoding="utf-8")))


def facts_of(database: Database, arrived: Mapping[str, Mapping[str, int]]) -> Facts:
    with database.reading() as session:
        people = session.execute(select(User.id, User.username))
        names = {row.id: row.username.removesuffix(".user") for row in people}
        entries = _rows(session, LedgerEntry, (*ENTRY, "actor_id"), LedgerEntry.case_id, LedgerEntry.seq)
        return Facts(
            cases=_rows(session, Case, CASE),
            entries=[entry | {"who": names.get(entry.pop("actor_id"))} for entry in entries],
            outbox=_rows(session, OutboxRow, TOLD),
            notices=_rows(session, Notice, ("event", "user_id")),
            arrived={channel: dict(found) for channel, found in arrived.items()},
            reached={
                "email": list(session.scalars(select(User.id).where(User.email.is_not(None)))),
                "webhook": list(session.scalars(select(Contact.user_id).where(Contact.channel == "webhook"))),
            },
            damage=_damage(session),
        )


def _rows(session: Session, model: type[Base], names: Sequence[str], *order: Any) -> list[Row]:
    """Only these columns: there may be hundreds of thousands."""
    wanted = select(*(getattr(model, name) for name in names)).order_by(*order)
    return [dict(row) for row in session.execute(wanted).mappings()]


def _damage(session: Session) -> str | None:
    damage = verify(session).damage
    return f"case {damage.case_id} entry {damage.seq}: {damage.kind}" if damage else None
