"""The ledger entry of an action, chained to the case's last one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert

from workflow.engine.command import Command
from workflow.engine.work import CaseWork, Deed
from workflow.guards import Problem
from workflow.ledger import seal_entry
from workflow.machine import Moved
from workflow.models import LedgerContent, LedgerEntry
from workflow.models.base import table_of
from workflow.prepared import Prepared

ADD_ENTRY = Prepared(insert(table_of(LedgerEntry)))
ADD_CONTENT = Prepared(insert(table_of(LedgerContent)))


def entry_content(deed: Deed, overridden: tuple[Problem, ...], command: Command | None) -> dict[str, Any]:
    content: dict[str, Any] = {"data": deed.data, "reason": deed.reason}
    if overridden:
        reasons: Mapping[str, str] = command.overrides if command else {}
        content["overridden"] = [
            {"code": p.code, "guard": p.guard, "text": p.text.as_dict(), "reason": reasons.get(p.guard)}
            for p in overridden
        ]
    if command is not None and command.committee_session_id is not None:
        content["session"] = command.committee_session_id
    return content


def write_entry(
    work: CaseWork,
    action: str,
    moved: Moved,
    deed: Deed,
    content: Mapping[str, Any],
    command: Command | None = None,
) -> None:
    """Chains one ledger entry to the case's last one; the case's version and head follow it."""
    case = work.case
    entry, body = seal_entry(
        {
            "case_id": case.id,
            "seq": case.version + 1,
            "action": action,
            "from_state": moved.source,
            "to_state": moved.target,
            "actor_id": deed.actor.id,
            "principal_id": deed.held.principal_id if deed.held else None,
            "role": deed.held.role if deed.held else "system",
            "organisation_id": deed.held.organisation_id if deed.held else None,
            "occurred_on": deed.occurred_on,
            "recorded_at": work.now,
            "definition_version": case.definition_version,
            "rules_version": work.runtime.rules.version,
            "idempotency_key": command.idempotency_key if command else None,
            "request_digest": command.request_digest() if command and command.idempotency_key else None,
            "prev_hash": case.ledger_head,
        },
        content,
    )
    work.add(ADD_ENTRY, entry)
    work.add(ADD_CONTENT, body)
    case.version, case.ledger_head = entry["seq"], entry["hash"]
