"""F20: a backup made while people act is whole: elsewhere its history verifies, people sign in, and work goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.district import PDF, District
from tests.faults.figures import figures
from tests.faults.options import option
from tests.faults.population import grow
from tests.integration.test_backup import settings_for
from tests.servers import PostgresServer
from tests.visitor import Visitor, make_app
from workflow.backup import make_backup, restore_backup
from workflow.backup.manifest import BackupRefused
from workflow.database import Database
from workflow.documents.store import DocumentStore
from workflow.engine import attach_document
from workflow.ledger import verify
from workflow.models import Document
from workflow.runtime import Runtime

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


def test_f20_a_backup_under_load_comes_back_whole_elsewhere(district: District, empty_url: str, tmp_path: Path) -> None:
    grow(district, option("entries", 0))
    cases = [district.open(firm) for firm in FIRMS]
    for case_id in cases:
        district.walk(case_id, until="instructor_assigned")
    here = settings_for(district.db.url, tmp_path)
    target = tmp_path / "kept"
    with people_at_work(district, cases) as acted:
        while acted() < 2:
            pass
        began = time.monotonic()
        manifest = make_backup(here, district.runtime, target)
        took = time.monotonic() - began
        kept_until = acted()
        while acted() < kept_until + 2:  # nobody was kept waiting
            pass
    there = settings_for(empty_url, tmp_path / "elsewhere")
    began = time.monotonic()
    restored = restore_backup(there, target)
    figures({"trial": "F20", "entries": manifest.ledger.entries, "backup": took, "restore": time.monotonic() - began})
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
