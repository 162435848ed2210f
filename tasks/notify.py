"""Tells one person one thing."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from kombu.exceptions import OperationalError

from tasks import context
from tasks.app import app

log = structlog.get_logger(__name__)


# Ends before its lease is renewed no longer (`workflow.delivery.keeping`), so that two workers do not tell the same
# thing at once. Few rows at a time lead outside: waiting for the relay's next tick, no more than those would go out
# each second, so who has ended with one looks at once for what is due.
@app.task(soft_time_limit=30, time_limit=40)  # type: ignore[untyped-decorator]
def deliver(outbox_id: str) -> None:
    if context.courier().deliver(outbox_id):
        publish(context.courier().take_due())


def publish(outbox_ids: Sequence[str]) -> bool:
    """False when the broker was away: what it did not take is given back, to be due at once.

    The row's id is the message's id, to be found in both logs.
    """
    for number, outbox_id in enumerate(outbox_ids):
        try:
            deliver.apply_async((outbox_id,), task_id=outbox_id)
        except OperationalError:
            log.warning("broker_away", unpublished=len(outbox_ids) - number)
            context.courier().give_back(outbox_ids[number:])
            return False
    return True
