"""The clock that reminds."""

from __future__ import annotations

from tasks import context
from tasks.app import app
from workflow.health import REMINDERS
from workflow.reminders import remind


# A morning after a large import may bring thousands at once: a run ends after about a tick's time, so that the relay
# has its turn, and the next tick goes on.
@app.task  # type: ignore[untyped-decorator]
def remind_due() -> None:
    remind(context.runtime())
    context.tick(REMINDERS)
