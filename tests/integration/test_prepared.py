"""Prepared statements keep what SQLAlchemy promises: types, transactions, errors; on both stores."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.servers import PostgresServer
from workflow.database import Database
from workflow.engine.records import CaseRecord
from workflow.models import Case, Organisation, Tick
from workflow.models.base import table_of
from workflow.prepared import Prepared, Writes

TICKS = table_of(Tick)
BODIES = table_of(Organisation)
ADD = Prepared(insert(TICKS))
MOVE = Prepared(update(TICKS).where(TICKS.c.name == bindparam("this")).values(at=bindparam("at")))
READ = Prepared(select(TICKS.c.name, TICKS.c.at).where(TICKS.c.name != "c").order_by(TICKS.c.name))
MORNING, NOON = (datetime(2026, 11, 23, hour, 30, tzinfo=UTC) for hour in (1, 4))


def test_rows_are_written_together_and_read_back_in_their_types(database: Database) -> None:
    writes = Writes()
    writes.add(ADD, {"name": "a", "at": MORNING}, {"name": "b", "at": MORNING})
    writes.add(MOVE, {"this": "b", "at": NOON})
    writes.add(ADD, {"name": "c", "at": MORNING})
    with database.unit_of_work() as session:
        writes.send(session.connection())
        writes.send(session.connection())
    with database.reading() as session:
        found = READ.rows(session.connection())
    assert [(row.name, row.at) for row in found] == [("a", MORNING), ("b", NOON)]


def test_what_the_database_refuses_is_an_error_of_sqlalchemy_and_leaves_nothing(database: Database) -> None:
    writes = Writes()
    writes.add(ADD, {"name": "a", "at": MORNING}, {"name": "a", "at": NOON})
    with database.unit_of_work() as session:
        with pytest.raises(IntegrityError):
            writes.send(session.connection())
        session.rollback()
    with database.reading() as session:
        assert READ.rows(session.connection()) == []


def test_a_value_that_is_missing_is_not_taken_for_nothing(database: Database) -> None:
    writes = Writes()
    writes.add(MOVE, {"this": "a"})
    with database.unit_of_work() as session, pytest.raises(KeyError, match="at"):
        writes.send(session.connection())


def test_what_has_no_fixed_places_cannot_be_prepared(database: Database) -> None:
    expanding = Prepared(select(BODIES.c.id).where(BODIES.c.id.in_([1, 2])))
    with database.reading() as session, pytest.raises(ValueError, match="cannot be prepared"):
        expanding.rows(session.connection())


def test_a_connection_that_died_is_given_up_and_the_next_one_works(own_postgres: PostgresServer) -> None:
    database = Database(own_postgres.url())
    with database.reading() as session:
        READ.rows(session.connection())
        own_postgres.kill()
        with pytest.raises(OperationalError) as died:
            READ.rows(session.connection())
    assert died.value.connection_invalidated
    own_postgres.start()
    with database.reading() as session:
        assert READ.rows(session.connection()) == []
    database.dispose()


def test_a_connection_that_died_while_it_rested_is_replaced_before_it_is_given_out(
    own_postgres: PostgresServer,
) -> None:
    database = Database(own_postgres.url(), rest=0)
    for _ in range(2):
        with database.reading() as session:
            assert READ.rows(session.connection()) == []
        own_postgres.kill()
        own_postgres.start()
    database.dispose()


def test_the_plain_case_has_the_columns_of_the_table() -> None:
    assert [f.name for f in fields(CaseRecord)] == [column.name for column in table_of(Case).columns]
