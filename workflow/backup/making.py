"""A backup is made beside users who act: the database as of one moment, then the files its rows speak of."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url, text

from workflow.backup import postgres
from workflow.backup.manifest import (
    DATABASE,
    BackupRefused,
    LedgerHead,
    Manifest,
    digest_of,
    files_in,
    head_of,
    keys_needed,
)
from workflow.database import Database
from workflow.migrations import current_revision
from workflow.runtime import Runtime
from workflow.settings import Settings
from workflow.text import Text

# Papers of cases, and rosters that wait to be read.
FOLDERS = ("documents", "imports")


def make_backup(settings: Settings, runtime: Runtime, target: Path) -> Manifest:
    """Writes the folder `target`, whole or not at all. Raises BackupRefused where it is there and not empty.

    The database comes first: a paper's file is on the disk before its row is, so that every row has its file here too.
    The keys of personal numbers and the secret key are not in it.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupRefused(Text(f"{target} 已存在且不是空目录", f"{target} is there and is not an empty folder"))
    partial = target.with_name(f".{target.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(mode=0o700, parents=True)
        manifest = _fill(settings, runtime, partial)
        with suppress(FileNotFoundError):
            target.rmdir()
        os.replace(partial, target)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupRefused(Text(f"备份未完成：{error.strerror}", f"The backup failed: {error.strerror}")) from error
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return manifest


def _fill(settings: Settings, runtime: Runtime, folder: Path) -> Manifest:
    made_at, db = runtime.now(), runtime.db
    store = "sqlite" if db.is_sqlite else "postgresql"
    copy = folder / DATABASE[store]
    ledger, keys = _copy_sqlite(db, copy) if db.is_sqlite else _dump(db, copy)
    for name in FOLDERS:
        _copy_files(settings.data_dir / name, folder / name)
    return _written(folder, made_at, store, current_revision(db) or "", ledger, keys)


def _written(
    folder: Path, made_at: datetime, store: str, revision: str, ledger: LedgerHead, keys: tuple[str, ...]
) -> Manifest:
    files = {name: digest_of(folder / name) for name in files_in(folder)}
    manifest = Manifest(made_at, store, revision, ledger, keys, files)
    manifest.write(folder)
    return manifest


def _copy_sqlite(db: Database, target: Path) -> tuple[LedgerHead, tuple[str, ...]]:
    """SQLite's own online backup, in one go: it reads as of one moment and keeps no writer waiting."""
    source = make_url(db.url).database or ""
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        # One file, with nothing beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
    target.chmod(0o600)
    kept = Database(f"sqlite:///{target}")
    try:
        with kept.reading() as session:
            found = head_of(session), keys_needed(session)
    finally:
        kept.dispose()
    return found


def _dump(db: Database, target: Path) -> tuple[LedgerHead, tuple[str, ...]]:
    with db.as_of_one_moment() as session:
        snapshot = session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        postgres.dump(db.url, snapshot, target)
        target.chmod(0o600)
        return head_of(session), keys_needed(session)


def _copy_files(source: Path, target: Path) -> None:
    """What is still being written (`.part`) has no row yet."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.part"))
