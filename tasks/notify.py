"""Tells one person one thing."""

from __future__ import annotations

from contextlib import suppress

from kombu.exceptions import OperationalError

from tasks import context
from tasks.app import app


# Ends before its lease is renewed no longer (`workflow.delivery.keeping`), so that two workers do not tell the same
# thing at once.
@app.task(soft_time_limit=30, time_limit=40)  # type: ignore[untyped-decorator]
def deliver(outbox_id: str) -> None:
    if context.courier().deliver(outbox_id):
        _look_for_more()


def _look_for_more() -> None:
    """Few rows at a time lead outside: waiting for the next tick, no more than those would go out each second."""
    with suppress(OperationalError):
        app.send_task("tasks.relay.publish_due")
