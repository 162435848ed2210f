"""The revisions make the tables that the models describe, and keep the history append-only, on both stores."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import delete, func, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from tests.servers import PostgresServer
from workflow.database import Database
from workflow.migrations import configuration, current_revision, downgrade, newest_revision, upgrade
from workflow.models import (
    Base,
    CalendarDay,
    Case,
    Enterprise,
    LedgerContent,
    LedgerEntry,
    Organisation,
    OrganisationKind,
    OrganisationType,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.execute("CREATE DATABASE empty_one TEMPLATE template0")
    yield server.url("empty_one")
    server.execute("DROP DATABASE empty_one WITH (FORCE)")


def test_the_revisions_end_in_one_head() -> None:
    script = ScriptDirectory.from_config(configuration("sqlite://"))
    assert len(script.get_heads()) == 1
    assert script.get_bases() == ["0001"]


def test_an_empty_database_becomes_what_the_models_say(empty_url: str) -> None:
    upgrade(empty_url)
    command.check(configuration(empty_url))
    database = Database(empty_url)
    assert current_revision(database) == newest_revision()
    database.dispose()


def test_the_first_revision_writes_the_very_tables_the_models_would(tmp_path: Path) -> None:
    """Names and kinds of constraints too, which a comparison by alembic passes over."""
    upgrade(f"sqlite:///{tmp_path / 'migrated.db'}")
    modelled = Database(f"sqlite:///{tmp_path / 'modelled.db'}")
    Base.metadata.create_all(modelled.engine)
    modelled.dispose()
    assert _declarations(tmp_path / "migrated.db") == _declarations(tmp_path / "modelled.db")


def _declarations(path: Path) -> dict[str, list[str]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL "
        "AND name <> 'alembic_version'"
    ).fetchall()
    connection.close()
    # A table that was made anew stands in quotation marks; a column that was added later stands on the line of another:
    # split at every comma outside of brackets.
    split = re.compile(r",(?![^(]*\))|\n")
    lines = {name: [part.strip(" ()\t\n") for part in split.split(sql.replace('"', ""))] for name, sql in rows}
    return {name: sorted(line for line in found if line) for name, found in lines.items()}


def test_down_to_nothing_and_up_again_ends_at_the_same_place(empty_url: str) -> None:
    upgrade(empty_url)
    downgrade(empty_url, "base")
    database = Database(empty_url)
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    upgrade(empty_url)
    command.check(configuration(empty_url))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CalendarDay)) == _days_of_the_calendar()
    database.dispose()


def test_each_revision_can_be_taken_back_alone(empty_url: str) -> None:
    upgrade(empty_url)
    for revision in ("0006", "0005", "0004", "0003", "0002", "0001"):
        downgrade(empty_url, revision)
    upgrade(empty_url)
    command.check(configuration(empty_url))


def test_two_upgrades_at_once_do_the_work_once(empty_url: str) -> None:
    program = "import sys; from workflow.migrations import upgrade; upgrade(sys.argv[1])"
    both = [subprocess.Popen([sys.executable, "-c", program, empty_url]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    database = Database(empty_url)
    assert current_revision(database) == newest_revision()
    database.dispose()


def test_an_upgrade_that_fails_half_way_leaves_nothing_behind(empty_url: str) -> None:
    """A calendar row that is already there makes the last revision fail; the step before it must not stay either."""
    upgrade(empty_url, "0001")
    database = Database(empty_url)
    with database.unit_of_work() as session:
        session.add(CalendarDay(day=date(2026, 1, 1), is_workday=False, name=None, source="by hand"))
    with pytest.raises(DatabaseError):
        upgrade(empty_url)
    assert current_revision(database) == "0001"
    database.dispose()


def _days_of_the_calendar() -> int:
    return (date(2026, 12, 31) - date(2004, 1, 1)).days + 1


def test_the_calendar_knows_every_day_of_every_year_it_covers(database: Database) -> None:
    with database.reading() as session:
        first, last, count = session.execute(
            select(func.min(CalendarDay.day), func.max(CalendarDay.day), func.count())
        ).one()
        assert (first, last, count) == (date(2004, 1, 1), date(2026, 12, 31), _days_of_the_calendar())
        make_up_day = session.get_one(CalendarDay, date(2026, 10, 10))
        assert (make_up_day.is_workday, make_up_day.name) == (True, "国庆节")
        assert not session.get_one(CalendarDay, date(2026, 2, 17)).is_workday


@pytest.fixture
def written(database: Database) -> Database:
    """A database with one case and one entry in its history."""
    _write_one_entry(database)
    return database


def _write_one_entry(database: Database) -> None:
    with database.unit_of_work() as session:
        town = Organisation(
            name="镇", type=OrganisationType.COMMITTEE, kind=OrganisationKind.TOWN, parent_id=None, path="/1/"
        )
        session.add(town)
        session.flush()
        enterprise = Enterprise(
            credit_code="91330000000000000X",
            name="企业",
            town_id=town.id,
            chamber_id=town.id,
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(enterprise)
        session.flush()
        case = _case(enterprise, town)
        session.add(case)
        session.flush()
        session.add(_entry(case.id))
        session.add(LedgerContent(case_id=case.id, seq=1, salt="s", content={}))


def _case(enterprise: Enterprise, town: Organisation) -> Case:
    return Case(
        enterprise_id=enterprise.id,
        process="branch_formation",
        definition_version=1,
        state="no_branch",
        state_since=NOW,
        version=1,
        chamber_id=town.id,
        committee_id=town.id,
        scope_path=town.path,
        last_occurred_on=NOW.date(),
        facts={},
        ledger_head="h",
        opened_at=NOW,
        updated_at=NOW,
    )


def _entry(case_id: int) -> LedgerEntry:
    return LedgerEntry(
        case_id=case_id,
        seq=1,
        action="open",
        from_state=None,
        to_state="no_branch",
        role="system",
        occurred_on=NOW.date(),
        recorded_at=NOW,
        definition_version=1,
        rules_version="1",
        content_digest="d",
        prev_hash="",
        hash="h",
    )


CHANGES: list[Callable[[], object]] = [
    lambda: update(LedgerEntry).values(action="forged"),
    lambda: update(LedgerEntry).where(LedgerEntry.seq == 1).values(hash="forged"),
    lambda: delete(LedgerEntry),
    lambda: update(LedgerContent).values(salt="forged"),
    lambda: delete(LedgerContent).where(LedgerContent.seq == 1),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change()).replace("\n", " ")[:50])
def test_the_history_refuses_to_be_changed(written: Database, change: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match="is append-only"), written.unit_of_work() as session:
        session.execute(change())  # type: ignore[call-overload]
    with written.reading() as session:
        assert session.scalars(select(LedgerEntry.action)).all() == ["open"]
        assert session.scalars(select(LedgerContent.salt)).all() == ["s"]


def test_the_history_refuses_to_be_emptied_on_postgresql(postgres_database: Database) -> None:
    with pytest.raises(DatabaseError, match="is append-only"), postgres_database.unit_of_work() as session:
        session.execute(text("TRUNCATE ledger_entry"))


def test_the_history_refuses_a_row_in_the_place_of_another_on_sqlite(sqlite_database: Database) -> None:
    """REPLACE removes the older row, and SQLite runs no trigger for that unless the connection asks for it."""
    _write_one_entry(sqlite_database)
    replacing = insert(LedgerContent).prefix_with("OR REPLACE").values(case_id=1, seq=1, salt="forged", content={})
    with pytest.raises(DatabaseError, match="is append-only"), sqlite_database.unit_of_work() as session:
        session.execute(replacing)
