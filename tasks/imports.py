"""Runs uploaded rosters."""

from __future__ import annotations

from tasks import context
from tasks.app import app
from workflow.import_run import run_next


# Longer than the visibility timeout: the message may come back while the import runs, and finds nothing to take.
@app.task(soft_time_limit=1800, time_limit=1830)  # type: ignore[untyped-decorator]
def run_waiting() -> None:
    run_next(context.runtime(), context.settings().imports_dir)
