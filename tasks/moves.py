"""Runs moves of cases between versions of their process."""

from __future__ import annotations

from tasks import context
from tasks.app import app
from workflow.publishing.move_run import run_next


# As with an import: the message may come back while the move runs, and finds nothing to take.
@app.task(soft_time_limit=1800, time_limit=1830)  # type: ignore[untyped-decorator]
def run_waiting() -> None:
    run_next(context.runtime())
