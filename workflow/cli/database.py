"""`zujian db`."""

from __future__ import annotations

import click

from workflow.database import Database
from workflow.migrations import current_revision, upgrade
from workflow.settings import load_settings


@click.group(help="数据库 / The database.")
def group() -> None:
    pass


@group.command("upgrade")
def upgrade_database() -> None:
    """升级到本版本的表结构；可重复执行。/ Brings the database to this version's tables; may be repeated."""
    url = load_settings().database_url
    upgrade(url)
    database = Database(url)
    click.echo(f"数据库版本 / database at revision {current_revision(database)}")
    database.dispose()
