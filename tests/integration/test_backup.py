"""What is no whole backup of this store and version is not restored, and where something is nothing is written.

That one made while people act is whole: `tests/faults/test_backup.py`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.district import District
from tests.members import KEYS, Members
from workflow.backup import make_backup, postgres, restore_backup
from workflow.backup.manifest import BackupRefused
from workflow.field_keys import kept_keys
from workflow.settings import Settings

IDENTITY = "110101199005010135"


def settings_for(url: str, folder: Path) -> Settings:
    folder.mkdir(mode=0o700, exist_ok=True)
    secret = "a secret of the tests, long enough for all"
    return Settings("test", folder, url, "", secret, field_keys=kept_keys(folder))


class TestRefusals:
    @pytest.fixture
    def kept(self, sqlite_district: District, tmp_path: Path) -> Path:
        sqlite_district.walk(sqlite_district.open(), until="submitted")
        make_backup(settings_for(sqlite_district.db.url, tmp_path), sqlite_district.runtime, tmp_path / "kept")
        return tmp_path / "kept"

    @pytest.fixture
    def there(self, tmp_path: Path) -> Settings:
        return settings_for(f"sqlite:///{tmp_path / 'elsewhere' / 'zujian.db'}", tmp_path / "elsewhere")

    def test_nothing_is_restored_from_a_backup_that_was_changed(self, kept: Path, there: Settings) -> None:
        (paper, *_) = (path for path in (kept / "documents").rglob("*") if path.is_file())
        paper.write_bytes(b"another")
        with pytest.raises(BackupRefused, match="missing or was changed"):
            restore_backup(there, kept)
        assert not (there.data_dir / "zujian.db").exists()

    def test_what_is_newer_or_of_another_store_or_no_backup_is_refused(self, kept: Path, there: Settings) -> None:
        with pytest.raises(BackupRefused, match="DATABASE_URL"):
            restore_backup(replace(there, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none"), kept)
        body = json.loads((kept / "manifest.json").read_text(encoding="utf-8"))
        (kept / "manifest.json").write_text(json.dumps({**body, "revision": "9999"}), encoding="utf-8")
        with pytest.raises(BackupRefused, match="newer than this version"):
            restore_backup(there, kept)
        (kept / "manifest.json").write_text("{}", encoding="utf-8")
        with pytest.raises(BackupRefused, match=r"manifest\.json"):
            restore_backup(there, kept)

    def test_a_folder_with_something_in_it_is_not_written_to(self, sqlite_district: District, tmp_path: Path) -> None:
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "letter.txt").write_text("mine")
        with pytest.raises(BackupRefused):
            make_backup(settings_for(sqlite_district.db.url, tmp_path), sqlite_district.runtime, tmp_path / "full")
        assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]

    def test_without_the_tools_of_postgresql_it_says_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(postgres, "BESIDE", tmp_path)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BackupRefused, match="postgresql-client"):
            postgres.tool("pg_dump")


def test_keys_are_not_kept_and_the_missing_ones_are_named(sqlite_district: District, tmp_path: Path) -> None:
    here = replace(settings_for(sqlite_district.db.url, tmp_path), field_keys=KEYS)
    Members(sqlite_district).register("赵六", "clerk", identity=IDENTITY)
    manifest = make_backup(here, sqlite_district.runtime, tmp_path / "kept")
    assert manifest.keys == ("k1",)
    for path in (tmp_path / "kept").rglob("*"):
        assert path.name not in {"field_keys.json", "secret_key"}
        assert path.is_dir() or IDENTITY.encode() not in path.read_bytes()
    folder = tmp_path / "elsewhere"
    there = settings_for(f"sqlite:///{folder / 'zujian.db'}", folder)  # with a fresh key of the same id
    assert restore_backup(there, tmp_path / "kept").missing_keys == ("k1",)
    known = replace(there, field_keys=KEYS)
    assert restore_backup(known, tmp_path / "kept", replace=True).missing_keys == ()
