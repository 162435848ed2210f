"""The look over the branches that exist."""

from __future__ import annotations

from tasks import context
from tasks.app import app
from workflow.condition_watch import watch_conditions
from workflow.health import CONDITIONS


@app.task  # type: ignore[untyped-decorator]
def watch_branches() -> None:
    watch_conditions(context.runtime())
    context.tick(CONDITIONS)
