"""The two stores and the broker every test may ask for. Nothing here listens on a known port.

Where a server is not installed the tests that need it are skipped, and counted at the end of the run; with CI=true
they fail, because there a skipped proof is a hole nobody sees.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.desk import Desk
from tests.district import District, make_district
from tests.servers import BrokerServer, PostgresServer, ServerMissing
from workflow.cli import main
from workflow.database import Database
from workflow.migrations import upgrade

MISSING = "is not installed"


def _server_or_skip(create: Callable[[], Any]) -> Any:
    try:
        return create()
    except ServerMissing as missing:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"{missing} {MISSING}, and in CI it must be")
        pytest.skip(f"{missing} {MISSING}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if MISSING in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests were skipped for want of a server", yellow=True, bold=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = _server_or_skip(PostgresServer.create)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A migrated database that every test copies, since copying takes a tenth of migrating."""
    postgres_server.execute("CREATE DATABASE zujian_template")
    upgrade(postgres_server.url("zujian_template"))
    return "zujian_template"


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Makes a folder of this name the first time any of the processes of this run asks for it, and answers where."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], None]) -> Path:
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            folder = shared / name
            if not folder.exists():
                part = Path(tempfile.mkdtemp(dir=shared))
                make(part)
                part.rename(folder)
        return folder

    return made


@pytest.fixture(scope="session")
def sqlite_template(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    return once("template", lambda folder: upgrade(f"sqlite:///{folder / 'zujian.db'}")) / "zujian.db"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite file of this test alone."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'zujian.db')}"


_numbers = itertools.count(1)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of this test alone."""
    name = f"test_{next(_numbers)}"
    postgres_server.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.dispose()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database; the test runs once for each store."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database; the test runs once for each store."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def demo_template(once: Callable[[str, Callable[[Path], None]], Path], sqlite_template: Path) -> Path:
    """A data folder with the demo district in it, as the command makes it; once, since walking its cases takes
    seconds.
    """

    def make(folder: Path) -> None:
        shutil.copy(sqlite_template, folder / "zujian.db")
        settings = {"ZUJIAN_ENV": "test", "ZUJIAN_DATA_DIR": str(folder), "DATABASE_URL": ""}
        created = CliRunner(env=settings).invoke(main, ["demo", "create"])
        assert created.exit_code == 0, created.output

    return once("demo", make)


@pytest.fixture
def demo_dir(demo_template: Path, tmp_path: Path) -> Path:
    """A data folder of this test alone with the demo district: zujian.db, documents, demo-accounts.txt."""
    return Path(shutil.copytree(demo_template, tmp_path / "demo"))


@pytest.fixture(scope="session")
def _shared_broker() -> Iterator[BrokerServer]:
    server = _server_or_skip(BrokerServer.create)
    yield server
    server.stop()


@pytest.fixture
def broker_url(_shared_broker: BrokerServer) -> str:
    """An empty broker that the tests of one process share."""
    _shared_broker.flush()
    return _shared_broker.url


@pytest.fixture
def own_broker() -> Iterator[BrokerServer]:
    """A broker of this test alone, to kill, freeze, wipe and start again."""
    server = _server_or_skip(BrokerServer.create)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresServer]:
    """A PostgreSQL that is shut down, to be copied; its database `postgres` is migrated."""
    server = _server_or_skip(lambda: PostgresServer.create(durable=True))
    upgrade(server.url())
    server.shut_down()
    yield server
    server.stop()


@pytest.fixture
def own_postgres(postgres_cluster: PostgresServer) -> Iterator[PostgresServer]:
    """A migrated PostgreSQL (database `postgres`) of this test alone, to kill and start: what it commits, it keeps."""
    server = PostgresServer.copied(postgres_cluster)
    yield server
    server.stop()


@pytest.fixture
def district(database: Database, tmp_path: Path) -> District:
    """The small district of `tests/district.py`, once for each store."""
    return make_district(database, tmp_path)


@pytest.fixture
def sqlite_district(sqlite_database: Database, tmp_path: Path) -> District:
    return make_district(sqlite_database, tmp_path)


@pytest.fixture
def postgres_district(postgres_database: Database, tmp_path: Path) -> District:
    return make_district(postgres_database, tmp_path)


@pytest.fixture
def desk(sqlite_district: District) -> Desk:
    """The small district behind its web, with a browser for each of its people."""
    return Desk(sqlite_district)
