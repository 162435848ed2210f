"""What stands before the first request: the tables of this version and, in an empty database, the demo district."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from workflow.database import Database
from workflow.demo import create_demo
from workflow.launcher.prepared import mark_prepared, own_file
from workflow.migrations import current_revision, newest_revision, upgrade
from workflow.models import Organisation, User
from workflow.production import refuse_demo_accounts
from workflow.runtime import Runtime
from workflow.settings import Settings
from workflow.workdays import missing_words


def prepare(settings: Settings, *, with_demo: bool) -> None:
    """Done again it changes nothing. Raises SettingsError where the database is not fit for production."""
    with_demo = with_demo and not settings.is_production
    file = own_file(settings)
    if with_demo and file is not None and not file.exists():
        _make_aside(settings, file)
    else:
        _bring_up(settings, with_demo)
    mark_prepared(settings)


def _make_aside(settings: Settings, file: Path) -> None:
    """A new file takes its place only when the demo in it is whole: who ends the first start early loses nothing."""
    draft = file.with_suffix(".new")
    for leftover in file.parent.glob(f"{draft.name}*"):
        leftover.unlink()
    _bring_up(replace(settings, database_url=f"sqlite:///{draft}"), with_demo=True)
    draft.rename(file)


def _bring_up(settings: Settings, with_demo: bool) -> None:
    runtime = Runtime.from_settings(settings)
    try:
        if current_revision(runtime.db) != newest_revision():
            upgrade(settings.database_url)
        refuse_demo_accounts(settings, runtime.db)
        if with_demo and _is_empty(runtime.db):
            create_demo(runtime, settings.demo_accounts_file)
        _warn_of_missing_years(runtime)
    finally:
        runtime.db.dispose()


def _warn_of_missing_years(runtime: Runtime) -> None:
    missing = missing_words(runtime.calendar, runtime.today())
    if missing is not None:
        print(f"{missing.zh}\n{missing.en} zujian calendar import --help", file=sys.stderr, flush=True)


def _is_empty(database: Database) -> bool:
    with database.reading() as session:
        has_people = session.scalar(select(User.id).limit(1)) is not None
        has_bodies = session.scalar(select(Organisation.id).limit(1)) is not None
    return not has_people and not has_bodies
