"""The nursery that all trials of one test process share, and the ground of each store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.processes import Nursery
from tests.faults.proxy import proxy
from tests.faults.trial import Ground
from tests.servers import BrokerServer, PostgresServer


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.end()


@pytest.fixture(params=["sqlite", "postgres"])
def killable_ground(
    request: pytest.FixtureRequest, nursery: Nursery, own_broker: BrokerServer, tmp_path: Path
) -> Ground:
    """Once for each store; PostgreSQL is one of its own."""
    if request.param == "sqlite":
        return Ground(nursery, request.getfixturevalue("sqlite_url"), own_broker, tmp_path)
    postgres: PostgresServer = request.getfixturevalue("own_postgres")
    return Ground(nursery, postgres.url(), own_broker, tmp_path, postgres)


@pytest.fixture
def postgres_ground(nursery: Nursery, postgres_url: str, own_broker: BrokerServer, tmp_path: Path) -> Ground:
    return Ground(nursery, postgres_url, own_broker, tmp_path)


@pytest.fixture
def remote_ground(
    nursery: Nursery, own_postgres: PostgresServer, own_broker: BrokerServer, tmp_path: Path
) -> Iterator[Ground]:
    """A PostgreSQL of its own, to be killed, which the parts reach over a wire that can be cut."""
    with proxy(own_postgres.directory / ".s.PGSQL.5432") as wire:
        parts_url = f"postgresql+psycopg://postgres@127.0.0.1:{wire.port}/postgres"
        yield Ground(nursery, own_postgres.url(), own_broker, tmp_path, own_postgres, parts_url, wire)
