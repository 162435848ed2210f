"""Bringing a database to the tables of this version. Revisions are numbered and written to be read."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from workflow.database import Database


def configuration(url: str) -> Config:
    """Alembic's settings for one database; there is no ini file, so nothing of it can go stale."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Brings the database up to `revision`; done twice, or by two processes at once, it is done once."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    command.downgrade(configuration(url), revision)


def newest_revision() -> str:
    """The one head of this version; raises where there are two."""
    head = ScriptDirectory(str(Path(__file__).parent)).get_current_head()
    if head is None:
        raise LookupError("there is no revision")
    return head


def known_revisions() -> frozenset[str]:
    """Every revision this version can start from."""
    return frozenset(one.revision for one in ScriptDirectory(str(Path(__file__).parent)).walk_revisions())


def current_revision(database: Database) -> str | None:
    """What the database is at; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
