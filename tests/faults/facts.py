"""What database and sink hold after a trial: the other side of the comparison, kept with a history that failed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from workflow.database import Database
from workflow.ledger import verify
from workflow.models import Case, LedgerEntry, Notice, OutboxRow, User

Row = dict[str, Any]

ENTRY = ("case_id", "seq", "action", "from_state", "to_state", "idempotency_key")
TOLD = ("id", "bundle_id", "event", "user_id", "channel", "status", "attempts", "last_error")


@dataclass(frozen=True, slots=True)
class Facts:
    """Plain values only. `mails` is how often the mail of each outbox row arrived; `with_address` who has an
    address for mail, `damage` what verifying found.
    """

    cases: list[Row]
    entries: list[Row]
    outbox: list[Row]
    notices: list[Row]
    mails: dict[str, int]
    with_address: list[int]
    damage: str | None

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")


def load_facts(path: Path) -> Facts:
    return Facts(**json.loads(path.read_text(encoding="utf-8")))


def facts_of(database: Database, mails: Mapping[str, int]) -> Facts:
    people = select(User.id, User.username)
    with database.reading() as session:
        names = {row.id: row.username.removesuffix(".user") for row in session.execute(people)}
        entries = session.scalars(select(LedgerEntry).order_by(LedgerEntry.case_id, LedgerEntry.seq))
        return Facts(
            cases=[{"id": c.id, "state": c.state, "version": c.version} for c in session.scalars(select(Case))],
            entries=[{name: getattr(e, name) for name in ENTRY} | {"who": names.get(e.actor_id)} for e in entries],
            outbox=[{name: getattr(row, name) for name in TOLD} for row in session.scalars(select(OutboxRow))],
            notices=[{"event": n.event, "user_id": n.user_id} for n in session.scalars(select(Notice))],
            mails=dict(mails),
            with_address=list(session.scalars(select(User.id).where(User.email.is_not(None)))),
            damage=_damage(session),
        )


def _damage(session: Any) -> str | None:
    damage = verify(session).damage
    return f"case {damage.case_id} entry {damage.seq}: {damage.kind}" if damage else None
