"""The database: one engine, and the ways in. `unit_of_work()` is the only place of the product that commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from workflow.prepared import errors_translated

WRITES = "zujian_writes"
RESTS_SINCE = "zujian_rests_since"

# In which each who waits for SQLite has looked once whether it is free.
MOMENT = 0.1

# A PostgreSQL that is cut off sends no word: without these a request would wait for a quarter of an hour. What was sent
# and is not acknowledged, and a connection on which nothing comes, are given up within about four seconds: a request
# may meet that once and then ask for a new connection, and is to be answered within ten.
GIVES_UP = {
    "connect_timeout": 3,
    "tcp_user_timeout": 4000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
}


class Database:
    """An engine with the settings the product needs.

    SQLite runs in WAL with `synchronous=FULL` (a commit survives a power cut) and takes its write lock at the
    start of a unit of work: the driver's own late BEGIN loses updates under load. A connection to PostgreSQL that was
    not used for `rest` seconds is asked whether it lives before it is given out; one that is cut off is given up.
    """

    def __init__(self, url: str, *, pool_size: int = 10, rest: float = 1.0) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._pool_size, self._rest = pool_size, rest

    @cached_property
    def engine(self) -> Engine:
        if self.is_sqlite:
            engine = create_engine(self.url, connect_args={"timeout": 30, "check_same_thread": False})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        engine = create_engine(self.url, pool_size=self._pool_size, max_overflow=10, connect_args=GIVES_UP)
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", partial(_ask_rested, engine.dialect, self._rest))
        return engine

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """One transaction that writes: committed at the end, rolled back on any error."""
        with Session(self.engine, expire_on_commit=False) as session:
            # Said to the connection, not by an engine of its own: that one would double every event's cost.
            session.connection(execution_options={WRITES: True})
            try:
                yield session
                session.commit()
            except BaseException as error:
                _let_go(session, error)
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads: closing it rolls back, and what was loaded stays readable.

        A server that died after the last answer costs nobody what was read, nor the answer of an action that is
        committed: the connection is given up, and no more said. So are those that rest, since the request may need
        another one, and would wait for each of them as long as for the first.
        """
        session = Session(self.engine, expire_on_commit=False)
        try:
            yield session
        except BaseException as error:
            _let_go(session, error)
            raise
        finally:
            try:
                session.close()
            except DBAPIError:
                session.invalidate()
                self.engine.dispose()

    @contextmanager
    def as_of_one_moment(self) -> Iterator[Session]:
        """For reading what is to agree with each other: every query sees the database as of the first one, whoever
        writes meanwhile. SQLite reads so anyhow.
        """
        with self.reading() as session:
            if not self.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    def give_way(self) -> None:
        """For whoever has one unit of work follow another at once: lets those who wait to write come in between.

        Who waits on SQLite only looks again from time to time, and would hardly ever hit the moment between two units
        of work. PostgreSQL keeps a queue.
        """
        if self.is_sqlite:
            sleep(MOMENT)

    def dispose(self) -> None:
        self.engine.dispose()


def _let_go(session: Session, error: BaseException) -> None:
    """Rolls back; where the server is gone nobody waits for its answer once more on this connection."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        session.invalidate()
    else:
        session.rollback()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    # Without it REPLACE would remove a row of the history past the trigger that forbids removing.
    cursor.execute("PRAGMA recursive_triggers=ON")
    cursor.close()


def _note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[RESTS_SINCE] = monotonic()


def _ask_rested(dialect: Dialect, rest: float, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Asks whether a connection lives that may have died in the pool; one that was just used is not worth the trip.

    A server that starts anew is away for longer than the rest, so that all connections to the old one are asked.
    """
    if monotonic() - record.info.get(RESTS_SINCE, monotonic()) < rest:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError("the connection died while it rested") from error


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    with errors_translated(connection, begin):
        connection.connection.driver_connection.execute(begin)
