"""Removes what has served its time, and puts right what a change of the process left behind."""

from __future__ import annotations

from tasks import context
from tasks.app import app
from workflow.cleanup import remove_expired
from workflow.engine.realigning import realign_work_items
from workflow.health import CLEANUP


@app.task  # type: ignore[untyped-decorator]
def remove_old() -> None:
    with context.runtime().db.unit_of_work() as session:
        remove_expired(session, context.runtime().clock())
    realign_work_items(context.runtime())
    context.tick(CLEANUP)
