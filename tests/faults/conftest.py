"""The nursery that all trials of one test process share, and the ground of each store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.processes import Nursery
from tests.faults.trial import Ground
from tests.servers import BrokerServer


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.end()


@pytest.fixture
def ground(nursery: Nursery, database_url: str, own_broker: BrokerServer, tmp_path: Path) -> Ground:
    """Once for each store."""
    return Ground(nursery, database_url, own_broker, tmp_path)
