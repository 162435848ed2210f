"""What a new calendar does to the deadlines that run."""

from __future__ import annotations

from tasks import context
from tasks.app import app
from workflow.workdays import recompute


# A year may move a hundred thousand. As with an import: the message may come back while it runs, and changes nothing.
@app.task(soft_time_limit=1800, time_limit=1830)  # type: ignore[untyped-decorator]
def recompute_due() -> None:
    recompute(context.runtime())
