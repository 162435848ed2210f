"""The stores a measurement runs on: a fresh SQLite file, and a private PostgreSQL with its durable settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers import PostgresServer
from workflow.database import Database
from workflow.migrations import upgrade

STORES = ("sqlite", "postgres")


@contextmanager
def fresh_database(store: str) -> Iterator[tuple[Database, Path]]:
    """A migrated, empty database and a folder beside it; both are gone afterwards."""
    with TemporaryDirectory(prefix="zujian-bench-") as name:
        folder = Path(name)
        if store == "sqlite":
            url = f"sqlite:///{folder / 'zujian.db'}"
            yield from _migrated(url, folder)
            return
        server = PostgresServer.create(durable=True)
        try:
            yield from _migrated(server.url(), folder)
        finally:
            server.stop()


def _migrated(url: str, folder: Path) -> Iterator[tuple[Database, Path]]:
    upgrade(url)
    database = Database(url)
    try:
        yield database, folder
    finally:
        database.dispose()
