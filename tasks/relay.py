"""From the outbox to the queue. The lease is committed before the first message leaves."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from kombu.exceptions import OperationalError

from tasks import context
from tasks.app import app
from tasks.notify import deliver
from workflow.health import RELAY

log = structlog.get_logger(__name__)


@app.task  # type: ignore[untyped-decorator]
def publish_due() -> None:
    """One tick: what the broker did not take is due at once, what is lost on the way when its lease runs out."""
    outbox_ids = context.courier().take_due()
    published = _publish(outbox_ids)
    if published == len(outbox_ids):
        context.tick(RELAY)
    else:
        context.courier().give_back(outbox_ids[published:])


def _publish(outbox_ids: Sequence[str]) -> int:
    """How many the broker took before it was away. The row's id is the message's id, to be found in both logs."""
    for number, outbox_id in enumerate(outbox_ids):
        try:
            deliver.apply_async((outbox_id,), task_id=outbox_id)
        except OperationalError:
            log.warning("broker_away", unpublished=len(outbox_ids) - number)
            return number
    return len(outbox_ids)
