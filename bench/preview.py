"""How long it takes to say what a new version means for 10,000 open cases, and to move them there and back."""

from __future__ import annotations

from pathlib import Path

from bench.figures import median_of_runs, row, seconds
from bench.population import populate
from bench.stores import STORES, fresh_database
from tests.versions import version_of
from workflow.database import Database
from workflow.publishing.moving import move_cases
from workflow.publishing.publish import preview_of, publish
from workflow.publishing.rollback import move_back, put_back
from workflow.runtime import Runtime

CASES = 10_000
# Steps get other words and another name, so that cases are compared, mapped and renamed.
SOURCE = version_of(2, (r"zh: 培育中, en: In training", "zh: 培育, en: Training"), renamed={"under_review": "weighed"})


def measure() -> None:
    """Prints seconds for each store: the preview (median of 5), then moving all cases over and back, once."""
    row("a new version and", CASES, "open cases, in seconds")
    for store in STORES:
        with fresh_database(store) as (database, folder):
            _measure(store, database, folder)


def _measure(store: str, database: Database, folder: Path) -> None:
    runtime = populate(database, folder, CASES).runtime
    preview = median_of_runs(lambda: seconds(lambda: _preview(runtime)))
    publish(runtime, SOURCE, actor_id=None)
    there = seconds(lambda: move_cases(runtime, actor_id=None))
    put_back(runtime, 1, actor_id=None)
    back = seconds(lambda: move_back(runtime, actor_id=None))
    row(f"  {store:9}", f"preview {preview:5.2f}", f"move {there:5.2f}", f"move back {back:5.2f}")


def _preview(runtime: Runtime) -> None:
    with runtime.db.reading() as session:
        preview_of(session, runtime, SOURCE)
