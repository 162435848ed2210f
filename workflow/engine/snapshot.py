"""What a step finds, kept on the case until the next one: enough to put everything back where it was."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from workflow.engine.work import CHANGING, CaseWork
from workflow.models import Signer

# What a step changes of a case and an undo puts back; version, head of the chain and the snapshot itself go on.
RESTORED = tuple(name for name in CHANGING if name not in {"version", "ledger_head", "updated_at", "undo"})
DAYS = frozenset(name for name in RESTORED if name.endswith("_on"))
MOMENTS = frozenset({"state_since"})
ENTERPRISE = ("has_branch", "branch_id")


def snapshot(work: CaseWork, actor_id: int | None, action: str) -> dict[str, Any]:
    """The case before a step, as JSON: its row, its clocks, its open item, the round that runs.

    `until` is the entry the step will write.
    """
    case = work.case
    return {
        "actor": actor_id,
        "action": action,
        "at": work.now.isoformat(),
        "from": case.version,
        "until": case.version + 1,
        "case": {name: _plain(getattr(case, name)) for name in RESTORED},
        "enterprise": {name: getattr(work.enterprise, name) for name in ENTERPRISE},
        "item": work.standing.item_id,
        "clocks": [
            [c.id, c.status, c.due_on.isoformat(), c.days_left, _plain(c.next_alert_on), c.provisional, c.pauses]
            for c in work.deadlines
        ],
        **(_round(work, work.standing.round_id) if work.standing.round_id else {}),
    }


def _round(work: CaseWork, round_id: int) -> dict[str, Any]:
    signers = work.session.scalars(select(Signer).where(Signer.round_id == round_id).order_by(Signer.id))
    places = [[s.id, s.status, s.waits_for, s.decision, s.reason, _plain(s.asked_at)] for s in signers]
    return {"round": round_id, "places": places}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
