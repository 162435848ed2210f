"""What a program asks of its database, counted where the driver sends it: what SQLAlchemy sees is only a part."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from workflow.database import Database


@dataclass
class Traffic:
    """`statements` run, one for each row that is written; `trips` is 0 on SQLite, where there are none."""

    statements: int = 0
    trips: int = 0


@contextmanager
def counted(database: Database) -> Iterator[Traffic]:
    """Counts what connections do that are taken from the pool meanwhile; filled in at the end."""
    found = Traffic()
    with _counted_sqlite(database, found) if database.is_sqlite else _counted_postgres(database, found):
        yield found


@contextmanager
def _counted_sqlite(database: Database, found: Traffic) -> Iterator[None]:
    said: list[str] = []
    with _at_each_checkout(database, lambda driver: driver.set_trace_callback(said.append)):
        yield
    with database.engine.connect() as connection:
        connection.connection.driver_connection.set_trace_callback(None)  # type: ignore[union-attr]
    # A statement that fires a trigger is named once more for it.
    found.statements = sum(now != before for before, now in zip(["", *said], said, strict=False))


@contextmanager
def _counted_postgres(database: Database, found: Traffic) -> Iterator[None]:
    """By libpq's own record of what it sends: a line each, F for what goes to the server."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as record:
        with _at_each_checkout(database, lambda driver: driver.pgconn.trace(record.fileno())):
            yield
        with database.engine.connect() as connection:
            connection.connection.driver_connection.pgconn.untrace()  # type: ignore[union-attr]
        record.seek(0)
        lines = [line.rstrip("\n").split("\t") for line in record]
    sent = [(kind, what) for _, side, _, kind, *what in (line for line in lines if len(line) > 3) if side == "F"]
    kinds = [kind for kind, _ in sent]
    # BEGIN has a Sync of its own, for which nobody waits.
    begins = sum(kind == "Parse" and "BEGIN" in what[0] for kind, what in sent)
    found.statements = kinds.count("Execute") + kinds.count("Query")
    found.trips = kinds.count("Sync") + kinds.count("Query") - begins


@contextmanager
def _at_each_checkout(database: Database, watch: Any) -> Iterator[None]:
    def watched(driver: Any, *_: object) -> None:
        watch(driver)

    event.listen(database.engine, "checkout", watched)
    try:
        yield
    finally:
        event.remove(database.engine, "checkout", watched)
