"""Statements compiled once for each kind of database and run on the driver's own cursor.

An action runs a dozen statements, always the same ones, and the care SQLAlchemy takes for each execution costs more
than the database's work. SQL, types, connection, transaction and errors stay SQLAlchemy's; only the execution is ours.
Written for statements whose parameters are fixed: no expanding IN, no rows of different keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, SelectBase, Table
from sqlalchemy.engine import result_tuple
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

from workflow.dialects import by_place, cursor_by_place, insert_ignoring_into, pipelined, takes_document

Convert = Callable[[Any], Any] | None
Values = Mapping[str, Any]
NOTHING: Values = {}


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one driver wants it: `binds` in the order of the places, `results` in that of the columns."""

    sql: str
    binds: tuple[tuple[str, Convert], ...]
    constants: Values
    results: tuple[tuple[int, Callable[[Any], Any]], ...]
    row: Callable[[Sequence[Any]], Any]

    def bound(self, values: Values) -> list[Any]:
        given = {**self.constants, **values}
        return [given[name] if convert is None else convert(given[name]) for name, convert in self.binds]

    def bound_rows(self, rows: Sequence[Values]) -> list[tuple[Any, ...]]:
        """Column by column: what rows beside each other share, as the words of a notice, is converted once."""
        given = [{**self.constants, **row} for row in rows]
        return list(zip(*(_converted([row[name] for row in given], how) for name, how in self.binds), strict=True))

    def read(self, raw: Sequence[Any]) -> Any:
        if not self.results:
            return self.row(raw)
        values = list(raw)
        for place, convert in self.results:
            values[place] = convert(values[place])
        return self.row(values)


class Prepared:
    """A SELECT, INSERT or UPDATE that is compiled at its first use; safe to share between threads."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def rows(self, connection: Connection, values: Values = NOTHING) -> list[Any]:
        """What a SELECT finds, as rows with the names of its columns."""
        return read_together(connection, (self, values))[0]

    def ask(self, connection: Connection, values: Values) -> Callable[[], list[Any]]:
        """Sends a SELECT; what it answers with gives the rows."""
        form = self._form(connection.dialect, values)
        cursor = cursor_by_place(connection)
        cursor.execute(form.sql, form.bound(values))
        return lambda: [form.read(raw) for raw in cursor.fetchall()]

    def write(self, cursor: Any, dialect: Dialect, rows: Sequence[Values]) -> None:
        """Runs an INSERT or UPDATE for each of the rows, which all have the same keys."""
        form = self._form(dialect, rows[0])
        if len(rows) == 1:
            cursor.execute(form.sql, form.bound(rows[0]))
        else:
            cursor.executemany(form.sql, form.bound_rows(rows))

    def _form(self, dialect: Dialect, values: Values) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _compile(self._statement, dialect, list(values))
        return form


class Ignoring(Prepared):
    """An INSERT of rows whose unique keys are free; the others are passed over, whoever wrote them first.

    For rows by the hundred: PostgreSQL is given all of them as one document, where a statement for each would cost as
    much as writing it.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(insert_ignoring_into(table, "", []))
        self._table = table

    def write(self, cursor: Any, dialect: Dialect, rows: Sequence[Values]) -> None:
        if takes_document(dialect):
            document = json.dumps(rows, default=str, ensure_ascii=False)
            cursor.execute(self._form(dialect, rows[0]).sql, [document])
        else:
            super().write(cursor, dialect, rows)

    def _form(self, dialect: Dialect, values: Values) -> _Form:
        if dialect.name not in self._forms:
            self._statement = insert_ignoring_into(self._table, dialect.name, list(values))
        return super()._form(dialect, values)


def read_together(connection: Connection, *questions: tuple[Prepared, Values]) -> list[list[Any]]:
    """The rows of each SELECT, in one trip where the driver can; they run one after another, as they are named."""
    with errors_translated(connection, "SELECT"):
        if len(questions) == 1:
            return [prepared.ask(connection, values)() for prepared, values in questions]
        with pipelined(connection):
            answers = [prepared.ask(connection, values) for prepared, values in questions]
        return [answer() for answer in answers]


class Writes:
    """Rows that wait to be written, grouped by statement in the order the statements first came.

    Rows of one statement go together, whatever came between them: add only what does not depend on that.
    """

    def __init__(self) -> None:
        self._waiting: dict[Prepared, list[Values]] = {}

    def add(self, statement: Prepared, *rows: Values) -> None:
        """Without rows it only keeps the statement's place before those that come later."""
        self._waiting.setdefault(statement, []).extend(rows)

    def send(self, connection: Connection) -> None:
        """Writes all of it, in one trip where the driver can; the caller's unit of work commits."""
        waiting = {statement: rows for statement, rows in self._waiting.items() if rows}
        self._waiting = {}
        if not waiting:
            return
        with errors_translated(connection, "pipeline"), pipelined(connection):
            cursor = cursor_by_place(connection)
            for statement, rows in waiting.items():
                statement.write(cursor, connection.dialect, rows)


@contextmanager
def errors_translated(connection: Connection, sql: str) -> Iterator[None]:
    """Errors of the driver leave as SQLAlchemy's; a connection found dead is given up, as SQLAlchemy would."""
    try:
        yield
    except connection.dialect.loaded_dbapi.Error as error:
        dialect, driver = connection.dialect, connection.connection
        is_dead = dialect.is_disconnect(error, driver.dbapi_connection, None)
        translated = DBAPIError.instance(
            sql,
            None,
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=is_dead,
            dialect=dialect,
        )
        if is_dead:
            connection.invalidate(error)
        raise translated from error


def _compile(statement: ClauseElement, dialect: Dialect, keys: list[str]) -> _Form:
    is_read = isinstance(statement, SelectBase)
    compiled = statement.compile(
        dialect=by_place(dialect), column_keys=None if is_read else keys, for_executemany=not is_read
    )
    if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
        raise ValueError(f"cannot be prepared: {statement}")
    named = {name: bind for bind, name in compiled.bind_names.items()}
    binds = tuple((name, _converter(named[name].type, dialect, to_bind=True)) for name in compiled.positiontup or ())
    columns = list(statement.selected_columns) if isinstance(statement, SelectBase) else []
    converters = [_converter(column.type, dialect, to_bind=False) for column in columns]
    return _Form(
        sql=compiled.string,
        binds=binds,
        constants={name: compiled.params[name] for name, bind in named.items() if not bind.required},
        results=tuple((place, convert) for place, convert in enumerate(converters) if convert is not None),
        row=result_tuple([str(column.key) for column in columns]),
    )


def _converted(values: list[Any], convert: Convert) -> list[Any]:
    if convert is None:
        return values
    converted, last, made = [], object(), None
    for value in values:
        if value is not last:
            last, made = value, convert(value)
        converted.append(made)
    return converted


def _converter(type_: Any, dialect: Dialect, *, to_bind: bool) -> Convert:
    known = type_.dialect_impl(dialect)
    found: Convert = known.bind_processor(dialect) if to_bind else known.result_processor(dialect, None)
    return found
