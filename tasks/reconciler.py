"""The product's look at itself."""

from __future__ import annotations

from tasks import context
from tasks.app import app
from workflow.health import RECONCILER
from workflow.reconciling import reconcile


@app.task(soft_time_limit=300, time_limit=330)  # type: ignore[untyped-decorator]
def look_over() -> None:
    reconcile(context.runtime())
    context.tick(RECONCILER)
