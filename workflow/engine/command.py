"""What is asked of the engine, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.ledger import digest
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Command:
    """One action on one case.

    `expected_version` is the version the person saw (None: do not compare). `overrides` maps soft guards to the
    manager's reason. `shown` is the token of what the person saw (`engine/shown.py`).
    `occurred_on` is the local day the thing happened; later entry is allowed and marked.
    `committee_session_id` names the session of a committee that decided it.
    """

    case_id: int
    action: str
    actor_id: int
    data: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None
    idempotency_key: str | None = None
    occurred_on: date | None = None
    reason: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    shown: str | None = None
    committee_session_id: int | None = None

    def request_digest(self) -> str:
        """Tells two requests with one idempotency key apart; carries no readable content."""
        return digest(
            {
                "case": self.case_id,
                "action": self.action,
                "data": dict(self.data),
                "occurred_on": self.occurred_on,
                "reason": self.reason,
                "overrides": dict(self.overrides),
            }
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the case stands after the action; `replayed` marks the answer to a repeated request.

    `waits_for`: so many people have to sign before the action counts; 0 where it was taken. `note`: what has to be
    known of an action that took effect otherwise than one would expect.
    """

    case_id: int
    action: str
    state: str
    version: int
    replayed: bool = False
    waits_for: int = 0
    note: Text | None = None
