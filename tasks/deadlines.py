"""The clock that reminds."""

from __future__ import annotations

from tasks import context
from tasks.app import app
from workflow.health import REMINDERS
from workflow.reminders import remind


# A morning after a large import may bring thousands at once; what a limit cut off, the next tick goes on with.
@app.task  # type: ignore[untyped-decorator]
def remind_due() -> None:
    remind(context.runtime())
    context.tick(REMINDERS)
