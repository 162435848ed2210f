"""The history proves itself: each kind of tampering is found and the first bad row named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DatabaseError

from tests.district import District
from workflow.errors import NotFound
from workflow.ledger import Damage, verify
from workflow.models import LedgerContent, LedgerEntry


@contextmanager
def an_attacker(district: District) -> Iterator[Connection]:
    """Full SQL rights: the triggers that slow mistakes are taken away first."""
    with district.db.engine.connect() as connection:
        if district.db.is_sqlite:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.execute(text(f'DROP TRIGGER "{name}"'))
            connection.commit()
            # Inside a transaction, which SQLAlchemy would begin, the pragma does nothing.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
        connection.commit()


def verdict(district: District) -> Damage | None:
    with district.db.reading() as session:
        return verify(session).damage


def entry_with(district: District, case_id: int, action: str) -> int:
    with district.db.reading() as session:
        query = select(LedgerEntry.seq).where(LedgerEntry.case_id == case_id, LedgerEntry.action == action)
        return session.scalars(query).one()


def test_an_untouched_history_verifies(district: District) -> None:
    for firm in ("first", "second"):
        district.walk(district.open(firm), until="approved")
    with district.db.reading() as session:
        result = verify(session)
    assert result.ok
    assert (result.cases, result.entries) == (2, 2 * district.case(1).version)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_content"])
@pytest.mark.parametrize("statement", ["DELETE FROM {table}", "UPDATE {table} SET seq = seq + 100"])
def test_the_database_itself_refuses_to_change_or_drop_history(district: District, table: str, statement: str) -> None:
    district.walk(district.open(), until="training")
    with pytest.raises(DatabaseError), district.db.unit_of_work() as session:
        session.execute(text(statement.format(table=table)))


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_content"])
def test_sqlite_refuses_to_replace_history_from_any_client(sqlite_district: District, table: str) -> None:
    """INSERT OR REPLACE deletes without asking a DELETE trigger; a plain client sets none of our pragmas."""
    sqlite_district.walk(sqlite_district.open(), until="training")
    with (
        closing(sqlite3.connect(sqlite_district.db.url.removeprefix("sqlite:///"))) as plain,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        plain.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize(("table", "column"), [("ledger_entry", "recorded_at"), ("ledger_content", "content")])
def test_a_row_that_cannot_even_be_read_is_named(sqlite_district: District, table: str, column: str) -> None:
    case_id = sqlite_district.walk(sqlite_district.open(), until="approved")
    with an_attacker(sqlite_district) as connection:
        connection.execute(text(f"UPDATE {table} SET {column} = 'garbage' WHERE case_id = {case_id} AND seq = 4"))
    damage = verdict(sqlite_district)
    assert damage is not None
    assert (damage.case_id, damage.seq) == (case_id, 4)


def test_verifying_a_case_that_does_not_exist_is_no_success(sqlite_district: District) -> None:
    with sqlite_district.db.reading() as session, pytest.raises(NotFound):
        verify(session, 99999)


Attack = Callable[[Connection, int, int], None]


def _edit(connection: Connection, case_id: int, seq: int) -> None:
    where = f"case_id = {case_id} AND seq = {seq}"
    connection.execute(text(f"UPDATE ledger_entry SET actor_id = NULL WHERE {where}"))


def _edit_content(connection: Connection, case_id: int, seq: int) -> None:
    where = f"case_id = {case_id} AND seq = {seq}"
    connection.execute(text(f'UPDATE ledger_content SET content = \'{{"reason": "改"}}\' WHERE {where}'))


def _delete(connection: Connection, case_id: int, seq: int) -> None:
    connection.execute(text(f"DELETE FROM ledger_entry WHERE case_id = {case_id} AND seq = {seq}"))


def _delete_content(connection: Connection, case_id: int, seq: int) -> None:
    connection.execute(text(f"DELETE FROM ledger_content WHERE case_id = {case_id} AND seq = {seq}"))


def _move(connection: Connection, case_id: int, seq: int) -> None:
    connection.execute(text(f"UPDATE ledger_entry SET seq = 999 WHERE case_id = {case_id} AND seq = {seq}"))


@pytest.mark.parametrize("attack", [_edit, _edit_content, _delete, _delete_content, _move])
def test_a_changed_or_missing_row_in_the_middle_is_named(district: District, attack: Attack) -> None:
    district.walk(district.open("second"), until="training")
    case_id = district.walk(district.open(), until="approved")
    seq = entry_with(district, case_id, "accept")
    with an_attacker(district) as connection:
        attack(connection, case_id, seq)

    damage = verdict(district)
    assert damage is not None
    assert (damage.case_id, damage.seq) == (case_id, seq)


def test_an_entry_cut_from_the_end_is_found(district: District) -> None:
    case_id = district.walk(district.open(), until="approved")
    version = district.case(case_id).version
    with an_attacker(district) as connection:
        _delete(connection, case_id, version)
    damage = verdict(district)
    assert damage is not None
    assert (damage.case_id, damage.seq) == (case_id, version)


def test_a_state_changed_behind_the_engine_s_back_is_found(district: District) -> None:
    case_id = district.walk(district.open(), until="training")
    with an_attacker(district) as connection:
        connection.execute(text(f"UPDATE case_file SET state = 'established' WHERE id = {case_id}"))
    damage = verdict(district)
    assert damage is not None
    assert damage.case_id == case_id
    assert "another state" in damage.kind


def test_a_whole_case_removed_leaves_its_entries_behind_and_is_found(district: District) -> None:
    case_id = district.open()
    with an_attacker(district) as connection:
        for table in ("work_item", "deadline"):
            connection.execute(text(f"DELETE FROM {table} WHERE case_id = {case_id}"))
        connection.execute(text(f"DELETE FROM case_file WHERE id = {case_id}"))
    damage = verdict(district)
    assert damage is not None
    assert damage.case_id == case_id


def test_the_chained_rows_hold_no_name_and_no_reason(district: District) -> None:
    case_id = district.walk(district.open(), until="candidates_submitted")
    district.do(case_id, "approver", "return_candidates", reason="张三材料不全")
    with district.db.reading() as session:
        rows = session.execute(select(LedgerEntry.__table__)).all()
        contents = session.scalars(select(LedgerContent.content)).all()
    assert "张三" not in repr(rows)
    assert "张三" in repr(contents)


def test_equal_content_has_different_digests(district: District) -> None:
    """Without a salt a short name could be guessed from its digest."""
    for firm in ("first", "second"):
        district.walk(district.open(firm), until="instructor_assigned")
    with district.db.reading() as session:
        digests = session.scalars(
            select(LedgerEntry.content_digest).where(LedgerEntry.action == "assign_instructor")
        ).all()
    assert len(set(digests)) == 2
