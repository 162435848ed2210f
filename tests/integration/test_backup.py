"""A backup made while people act is whole: brought back to an empty place its history verifies and people sign in."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.district import PDF, District
from tests.members import KEYS, Members
from tests.servers import PostgresServer
from tests.visitor import Visitor, make_app
from workflow.backup import make_backup, postgres, restore_backup
from workflow.backup.manifest import BackupRefused
from workflow.database import Database
from workflow.documents.store import DocumentStore
from workflow.engine import attach_document
from workflow.field_keys import kept_keys
from workflow.ledger import verify
from workflow.models import Document
from workflow.runtime import Runtime
from workflow.settings import Settings

IDENTITY = "110101199005010135"
FIRMS = ("first", "second", "third", "fourth")


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Iterator[str]:
    """A place of the same store with nothing in it."""
    if database.is_sqlite:
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'zujian.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.execute("CREATE DATABASE elsewhere TEMPLATE template0")
    yield server.url("elsewhere")
    server.execute("DROP DATABASE elsewhere WITH (FORCE)")


def settings_for(url: str, folder: Path) -> Settings:
    folder.mkdir(mode=0o700, exist_ok=True)
    secret = "a secret of the tests, long enough for all"
    return Settings("test", folder, url, "", secret, field_keys=kept_keys(folder))


@contextmanager
def people_at_work(district: District, cases: list[int]) -> Iterator[Callable[[], int]]:
    """Four people act and bring papers for as long as the block lasts; answers how many actions there were."""
    is_over, done = threading.Event(), [0] * len(cases)

    def act(place: int) -> None:
        while not is_over.is_set():
            district.do(cases[place], "instructor", "log_visit")
            attach_document(district.runtime, cases[place], district.people["instructor"], "D01", "a.pdf", PDF)
            done[place] += 1

    threads = [threading.Thread(target=act, args=(place,)) for place in range(len(cases))]
    for thread in threads:
        thread.start()
    try:
        yield lambda: min(done)
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def test_a_backup_under_load_comes_back_whole_elsewhere(district: District, empty_url: str, tmp_path: Path) -> None:
    cases = [district.open(firm) for firm in FIRMS]
    for case_id in cases:
        district.walk(case_id, until="instructor_assigned")
    here = settings_for(district.db.url, tmp_path)
    target = tmp_path / "kept"
    with people_at_work(district, cases) as acted:
        while acted() < 2:
            pass
        manifest = make_backup(here, district.runtime, target)
        kept_until = acted()
        while acted() < kept_until + 2:  # nobody was kept waiting
            pass
    there = settings_for(empty_url, tmp_path / "elsewhere")
    restored = restore_backup(there, target)
    assert restored.verdict.ok
    assert restored.verdict.entries == manifest.ledger.entries > 4 * 4
    assert restored.missing_keys == ()
    db = Database(empty_url)
    with db.reading() as session:
        papers = session.scalars(select(Document)).all()
        store = DocumentStore(there.documents_dir)
        assert papers
        assert [paper.id for paper in papers if store.path(paper.stored_name).read_bytes() != PDF] == []
        assert verify(session).ok
    visitor = Visitor(make_app(Runtime(db, there.documents_dir, clock=district.clock)))
    assert visitor.sign_in("clerk.user").status_code == 303
    assert visitor.get(f"/cases/{cases[0]}").status_code == 200
    again = District(Runtime(db, there.documents_dir, clock=district.clock), district.clock, people=district.people)
    again.do(cases[0], "instructor", "log_visit")  # work goes on there
    with pytest.raises(BackupRefused, match="not empty"):
        restore_backup(there, target)
    db.dispose()
    assert restore_backup(there, target, replace=True).verdict.entries == manifest.ledger.entries


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
