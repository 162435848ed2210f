"""What SQLite and PostgreSQL say differently, so that nobody else asks which store this is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from typing import Any, TypeVar

from psycopg import RawCursor
from sqlalchemy import (
    JSON,
    ClauseElement,
    Connection,
    Dialect,
    Select,
    Table,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

from workflow.models.base import Base, table_of

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


def skip_locked(session: Session, query: Query, of: Sequence[type[DeclarativeBase]]) -> Query:
    """Locks the rows of these tables and passes over those another transaction holds.

    SQLite has no row locks and needs none: a unit of work holds its one write lock from the start.
    """
    return query.with_for_update(of=list(of), skip_locked=True) if _is_postgresql(session) else query


def skip_used(session: Session, query: Query, of: Sequence[type[DeclarativeBase]]) -> Query:
    """Holds the rows of these tables as one who refers to them does, and passes over those somebody has locked."""
    if not _is_postgresql(session):
        return query
    return query.with_for_update(of=list(of), read=True, key_share=True, skip_locked=True)


def locked(session: Session, query: Query, of: Sequence[type[DeclarativeBase]]) -> Query:
    """Locks the rows of these tables, waiting for those another transaction holds; on SQLite as above."""
    return query.with_for_update(of=list(of)) if _is_postgresql(session) else query


def is_alone(session: Session, number: int) -> bool:
    """Whether this transaction is the only one that asked for the number and has not ended; never waits.

    On SQLite a unit of work is alone in any case.
    """
    return not _is_postgresql(session) or bool(session.scalar(select(func.pg_try_advisory_xact_lock(number))))


def insert_ignoring(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows whose unique keys are free and passes over the others, whoever wrote them first."""
    if not rows:
        return
    # On the table itself: the object layer would cost more than the database where there are thousands.
    table, values = table_of(model), [dict(row) for row in rows]
    if _is_postgresql(session):
        session.connection().execute(postgresql.insert(table).on_conflict_do_nothing(), values)
    else:
        session.connection().execute(sqlite.insert(table).on_conflict_do_nothing(), values)


def insert_ignoring_into(table: Table, dialect_name: str, columns: Sequence[str]) -> ClauseElement:
    """The same as a statement to be prepared; whether for a row or for a document of rows, see `takes_document`."""
    if dialect_name != "postgresql":
        return sqlite.insert(table).on_conflict_do_nothing()
    document = func.json_populate_recordset(literal_column(f"NULL::{table.name}"), cast(bindparam("rows"), JSON))
    rows = document.table_valued(*columns)
    chosen = select(*(rows.c[name] for name in columns))
    return postgresql.insert(table).from_select(list(columns), chosen, include_defaults=False).on_conflict_do_nothing()


def takes_document(dialect: Dialect) -> bool:
    """Whether `insert_ignoring_into` is given all rows as one JSON document, rather than the values of each in turn."""
    return dialect.name == "postgresql"


def upsert(
    session: Session,
    model: type[DeclarativeBase],
    key: Sequence[str],
    row: Mapping[str, Any],
    where_known: Mapping[str, Any] | None = None,
) -> None:
    """Writes the row whether or not one with the same `key` is there already; a known one takes `where_known` alone,
    where that is given.
    """
    values, keys = dict(row), list(key)
    changed = dict(where_known or {name: value for name, value in values.items() if name not in keys})
    if _is_postgresql(session):
        session.execute(
            postgresql.insert(model).values(values).on_conflict_do_update(index_elements=keys, set_=changed)
        )
    else:
        session.execute(sqlite.insert(model).values(values).on_conflict_do_update(index_elements=keys, set_=changed))


def pipelined(connection: Connection) -> AbstractContextManager[object]:
    """Inside it PostgreSQL takes statements without an answer to each; what failed is raised at the end.

    SQLite has no trip to save.
    """
    if connection.dialect.name != "postgresql":
        return nullcontext()
    driver: Any = connection.connection.driver_connection
    pipeline: AbstractContextManager[object] = driver.pipeline()
    return pipeline


def by_place(dialect: Dialect) -> Dialect:
    """For compiling statements that a cursor of `cursor_by_place` runs: values are given by place on either store."""
    if dialect.name != "postgresql":
        return dialect
    numbered = copy(dialect)
    numbered.paramstyle, numbered.positional = "numeric_dollar", True
    # It decides from the style whether a percent sign is doubled.
    numbered.identifier_preparer = numbered.preparer(numbered)
    return numbered


def cursor_by_place(connection: Connection) -> Any:
    """A cursor of the driver that takes the database's own places: psycopg's usual one looks for %s in every text."""
    driver: Any = connection.connection.driver_connection
    return RawCursor(driver) if connection.dialect.name == "postgresql" else driver.cursor()


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
