"""How long the three pages people open most take, at 1,000 and at 100,000 cases."""

from __future__ import annotations

from pathlib import Path

from bench.figures import median_of_runs, row, seconds
from bench.population import populate
from bench.stores import STORES, fresh_database
from tests.visitor import Visitor, make_app
from workflow.database import Database

SIZES = (1_000, 100_000)
PAGES = (
    ("inbox", "instructor", "/inbox"),
    ("inbox", "org_dept", "/inbox"),
    ("case", "org_dept", "/cases/1"),
    ("list", "org_dept", "/cases"),
    ("pipeline", "org_dept", "/pipeline"),
)


def measure() -> None:
    """Prints milliseconds a page, medians of 5, for each store and size."""
    row("pages in ms (medians of 5, the whole page rendered)")
    for store in STORES:
        for size in SIZES:
            with fresh_database(store) as (database, folder):
                _measure(store, size, database, folder)


def _measure(store: str, size: int, database: Database, folder: Path) -> None:
    app = make_app(populate(database, folder, size).runtime)
    cells = []
    for name, who, path in PAGES:
        visitor = Visitor(app)
        visitor.sign_in(f"{who}.user")
        answer = visitor.get(path)
        if answer.status_code != 200:
            raise AssertionError(f"{path} answered {answer.status_code}")
        took = median_of_runs(lambda visitor=visitor, path=path: seconds(lambda: visitor.get(path)))  # type: ignore[misc]
        cells.append(f"{name}({who}) {took * 1000:.0f}")
    row(f"  {store:9} {size:7,}", *cells)
