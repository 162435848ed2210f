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
    """One tick: what could not be published is due again when its lease runs out."""
    if _publish(context.courier().take_due()):
        context.tick(RELAY)


def _publish(outbox_ids: Sequence[str]) -> bool:
    """False when the broker was away. The row's id is the message's id, to be found in both logs."""
    try:
        for outbox_id in outbox_ids:
            deliver.apply_async((outbox_id,), task_id=outbox_id)
    except OperationalError:
        log.warning("broker_away", unpublished=len(outbox_ids))
        return False
    return True
