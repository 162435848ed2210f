"""Tells one person one thing."""

from __future__ import annotations

from tasks import context
from tasks.app import app


# Ends before the lease does (`workflow.outbox.LEASE`), so that two workers do not tell the same thing at once.
@app.task(soft_time_limit=30, time_limit=40)  # type: ignore[untyped-decorator]
def deliver(outbox_id: str) -> None:
    context.courier().deliver(outbox_id)
