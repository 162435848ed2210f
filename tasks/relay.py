"""From the outbox to the people, or to the queue. A lease is committed before the first message leaves."""

from __future__ import annotations

from tasks import context
from tasks.app import app
from tasks.notify import publish
from workflow.health import RELAY


@app.task  # type: ignore[untyped-decorator]
def publish_due() -> None:
    """One tick: in the application people are told here, for the channels outside a message is sent for each row. What
    is lost on the way is due again when its lease runs out.
    """
    context.courier().tell_inside()
    if publish(context.courier().take_due()):
        context.tick(RELAY)
