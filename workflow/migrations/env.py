"""Alembic's way in: one transaction for the whole upgrade, on either store, one process at a time."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection, event, text

from workflow.database import WRITES, Database
from workflow.models import Base

# Any number will do, as long as every copy of the product takes the same one.
MIGRATION_LOCK = 20_261_122


def main() -> None:
    database = Database(context.config.attributes["url"])
    if database.is_sqlite:
        event.listen(database.engine, "connect", _foreign_keys_off)
    try:
        with database.engine.execution_options(**{WRITES: True}).connect() as connection:
            _migrate(connection)
    finally:
        database.dispose()


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        # Our SQLite engine begins by itself, so a revision that fails half way leaves nothing behind there either.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATION_LOCK})
        context.run_migrations()


def _foreign_keys_off(connection: Any, _record: Any) -> None:
    """SQLite rebuilds a table to change it; with foreign keys on, dropping the old one would empty its children."""
    connection.execute("PRAGMA foreign_keys=OFF")


main()
