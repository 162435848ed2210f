"""The same judgement as `perform`, without the change: for the page on which answers are checked before they count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from workflow.engine.command import Command, Outcome
from workflow.engine.examining import examine
from workflow.runtime import Runtime


def rehearse(session: Session, runtime: Runtime, command: Command) -> Mapping[str, Any] | None:
    """Answers what was entered as it would be kept, None where the same request was taken before.

    Raises everything `perform` would raise at this moment; another person may still be faster.
    """
    with session.no_autoflush:
        found = examine(session, runtime, command, runtime.now(), lock=False)
    return None if isinstance(found, Outcome) else found.deed.data
