"""Bringing a backup back: everything is checked before anything is touched, and proved afterwards."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, make_url, select, text

from workflow.backup import postgres
from workflow.backup.making import FOLDERS
from workflow.backup.manifest import DATABASE, BackupRefused, Manifest, head_of, read_manifest, verify_files
from workflow.database import Database
from workflow.ledger import Verdict, verify
from workflow.migrations import known_revisions, upgrade
from workflow.models import Person
from workflow.settings import Settings
from workflow.text import Text
from workflow.vault import CannotOpen, Vault, key_id


@dataclass(frozen=True, slots=True)
class Restored:
    """`verdict` is that of the whole history; `missing_keys` are ids of field keys that are not known here, or that are
    other keys than those the values were sealed with.
    """

    manifest: Manifest
    verdict: Verdict
    missing_keys: tuple[str, ...]


def restore_backup(settings: Settings, source: Path, *, replace: bool = False) -> Restored:
    """Raises BackupRefused for a damaged backup, one of another store or of a newer version, and for a place that is
    not empty without `replace`. Nothing is changed then.
    """
    manifest = read_manifest(source)
    _refuse_unfit(settings, manifest)
    verify_files(manifest, source)
    db = Database(settings.database_url)
    try:
        if not replace:
            _refuse_full(settings, db)
        _bring_back(settings, db, source)
        upgrade(settings.database_url)
        return _proved(settings, db, manifest)
    finally:
        db.dispose()


def _refuse_unfit(settings: Settings, manifest: Manifest) -> None:
    store = "sqlite" if settings.is_sqlite else "postgresql"
    if manifest.store != store:
        words = f"备份来自 {manifest.store}，这里是 {store}：请按备份设置 DATABASE_URL"
        raise BackupRefused(
            Text(words, f"The backup is of {manifest.store}, this is {store}: set DATABASE_URL accordingly")
        )
    if manifest.revision not in known_revisions():
        words = f"备份的表结构 {manifest.revision} 比本版本新：请先升级程序"
        raise BackupRefused(
            Text(words, f"The backup's tables ({manifest.revision}) are newer than this version: upgrade it first")
        )


def _refuse_full(settings: Settings, db: Database) -> None:
    # Opening a SQLite file that is not there would make it.
    is_there = not db.is_sqlite or _file_of(db).exists()
    tables = inspect(db.engine).get_table_names() if is_there else []
    full = [name for name in FOLDERS if any((settings.data_dir / name).glob("*"))]
    if tables or full:
        what = ", ".join([*(["tables"] if tables else []), *full])
        raise BackupRefused(
            Text(
                f"目标不是空的（{what}）：要覆盖请加 --replace，原有数据将被删除",
                f"The place is not empty ({what}): --replace overwrites it, and what is there is lost",
            )
        )


def _bring_back(settings: Settings, db: Database, source: Path) -> None:
    if db.is_sqlite:
        db.dispose()
        _put_file(source / DATABASE["sqlite"], _file_of(db))
    else:
        _empty_schema(db)
        postgres.load(db.url, source / DATABASE["postgresql"])
    for name in FOLDERS:
        _put_folder(source / name, settings.data_dir / name)


def _file_of(db: Database) -> Path:
    return Path(make_url(db.url).database or "")


def _put_file(source: Path, target: Path) -> None:
    """Whole before it is in its place; what SQLite kept beside the older file belongs to that one alone."""
    partial = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(source, partial)
    partial.chmod(0o600)
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    os.replace(partial, target)


def _put_folder(source: Path, target: Path) -> None:
    partial = target.with_name(f"{target.name}.restoring")
    shutil.rmtree(partial, ignore_errors=True)
    if source.is_dir():
        shutil.copytree(source, partial)
    else:
        partial.mkdir(mode=0o700, parents=True)
    shutil.rmtree(target, ignore_errors=True)
    os.replace(partial, target)


def _empty_schema(db: Database) -> None:
    with db.unit_of_work() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    db.dispose()


def _proved(settings: Settings, db: Database, manifest: Manifest) -> Restored:
    """The history verifies, and ends where it ended in the backup."""
    with db.reading() as session:
        verdict = verify(session)
        if verdict.ok and head_of(session) != manifest.ledger:
            raise BackupRefused(
                Text("恢复后的历史与备份清单不符", "The restored history does not end where the backup says")
            )
    return Restored(manifest, verdict, _missing_keys(settings, db))


def _missing_keys(settings: Settings, db: Database) -> tuple[str, ...]:
    """Tried on one value of each key: two keys may bear the same id."""
    vault = Vault(settings.field_keys) if settings.field_keys else None
    tried: dict[str, bool] = {}
    with closing(db.engine.connect()) as connection:
        columns = (Person.id, Person.identity_sealed, Person.phone_sealed)
        for person_id, *sealed in connection.execute(select(*columns)):
            for name, value in zip(("identity", "phone"), sealed, strict=True):
                if value is not None and key_id(value) not in tried:
                    tried[key_id(value)] = vault is not None and _opens(vault, value, f"person:{person_id}:{name}")
    return tuple(sorted(name for name, opens in tried.items() if not opens))


def _opens(vault: Vault, sealed: bytes, place: str) -> bool:
    try:
        vault.open(sealed, place)
    except CannotOpen:
        return False
    return True
