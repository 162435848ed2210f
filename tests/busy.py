"""A district in the middle of its work: cases at many steps, some late, one whose next step nobody can take."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.district import District, make_district
from workflow.database import Database
from workflow.models import Enterprise, RoleAssignment, User

# Where each firm's case comes to stand.
STANDS = {
    "first": "under_review",
    "second": "training",
    "third": "submitted",
    "fourth": "established",
    "far": "on_hold",
    "far_second": "no_branch",
}


@dataclass
class Busy:
    """A busy district that several tests look at; none of them may change it. `cases` are by firm."""

    district: District
    cases: dict[str, int]


def busy_district(district: District) -> dict[str, int]:
    """Answers the cases by firm. A month passes; then the chamber's approver is gone."""
    cases = {firm: district.open(firm) for firm in STANDS}
    for firm, state in STANDS.items():
        if state == "on_hold":
            review_on = {"review_on": "2027-03-01"}
            district.do(cases[firm], "org_dept", "hold", review_on, reason="企业停产整改")
        else:
            district.walk(cases[firm], until=state)
    district.clock.advance(days=31)
    disable(district, "approver")
    return cases


@contextmanager
def busy_store(request: pytest.FixtureRequest, store: str) -> Iterator[Busy]:
    """A busy district on one of the stores, for all tests of a module."""
    with module_store(request, store) as (database, folder):
        district = make_district(database, folder)
        yield Busy(district, busy_district(district))


@contextmanager
def module_store(request: pytest.FixtureRequest, store: str) -> Iterator[tuple[Database, Path]]:
    """A migrated database for all tests of a module, and a folder beside it."""
    folder = request.getfixturevalue("tmp_path_factory").mktemp("module")
    if store == "sqlite":
        copy = shutil.copy(request.getfixturevalue("sqlite_template"), folder / "zujian.db")
        with _closing(Database(f"sqlite:///{copy}")) as database:
            yield database, folder
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    name = f"module_{request.module.__name__.rpartition('.')[2]}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    with _closing(Database(server.url(name))) as database:
        yield database, folder
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _closing(database: Database) -> Iterator[Database]:
    yield database
    database.dispose()


def remove(district: District, role: str) -> None:
    """Everybody with the role gave it up yesterday."""
    with district.db.unit_of_work() as session:
        yesterday = district.runtime.today() - timedelta(days=1)
        session.execute(update(RoleAssignment).where(RoleAssignment.role == role).values(valid_to=yesterday))


def disable(district: District, who: str) -> None:
    with district.db.unit_of_work() as session:
        session.execute(update(User).where(User.id == district.people[who]).values(is_active=False))


def rename(district: District, firm: str, name: str) -> None:
    with district.db.unit_of_work() as session:
        session.execute(update(Enterprise).where(Enterprise.id == district.enterprises[firm]).values(name=name))
