"""F21: somebody changes one value behind the application's back. Verifying finds it and names the place."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert, select, text, update

from tests.district import District
from tests.faults.figures import figures
from tests.faults.options import option
from tests.integration.test_ledger import an_attacker
from workflow.ledger import verify
from workflow.models import Case, LedgerContent, LedgerEntry
from workflow.models.base import Base, table_of

# Ids that other rows point at are the database's own business; this table is the ledger's.
COLUMNS = [column.name for column in table_of(LedgerEntry).columns if column.name not in {"id", "case_id"}]

HELD_ONCE = "SELECT content_digest FROM ledger_entry UNION ALL SELECT salt FROM ledger_content"


def other(value: Any) -> Any:
    """Another value of the same kind, as little changed as can be."""
    changes: dict[type, Callable[[Any], Any]] = {
        int: lambda n: n + 100,
        str: _one_character,
        dict: _one_member,
        type(None): lambda _: 1,
    }
    return changes.get(type(value), lambda moment: moment + timedelta(days=1))(value)


def _one_character(word: str) -> str:
    at = random.randrange(len(word)) if word else 0
    return word[:at] + ("1" if word[at : at + 1] == "0" else "0") + word[at + 1 :]


def _one_member(content: dict[str, Any]) -> dict[str, Any]:
    name = random.choice([*content, "reason"])
    return {**content, name: "改"}


ROW = ""  # in place of a column: the whole row is taken away
Place = tuple[type[Base], str]


def test_f21_whatever_is_changed_in_the_history_by_sql_is_found_and_named(district: District) -> None:
    """Each column and each row once, then as many at random as are asked for."""
    case_id = district.walk(district.open(), until="approved")
    places: list[Place] = [(LedgerEntry, name) for name in (*COLUMNS, ROW)]
    places += [(LedgerContent, name) for name in ("content", "salt", ROW)]
    last = district.case(case_id).version
    edits = [(place, 4) for place in places]
    edits += [(random.choice(places), random.randint(1, last)) for _ in range(option("edits", 0))]
    with an_attacker(district) as connection:
        for (model, name), seq in edits:
            with _edited(connection, table_of(model), name, case_id, seq) as what:
                damage = _damage(district)
            assert damage is not None, f"{what} was not found"
            assert (damage.case_id, damage.seq) == (case_id, seq), f"{what}: {damage}"
    assert _damage(district) is None
    figures({"trial": "F21", "edits": len(edits)})


@contextmanager
def _edited(connection: Connection, table: Table, name: str, case_id: int, seq: int) -> Iterator[str]:
    """Answers what was done; undone afterwards."""
    where = (table.c.case_id == case_id, table.c.seq == seq)
    before = dict(connection.execute(select(table).where(*where)).mappings().one())
    after = None if name == ROW else before | {name: other(before[name])}
    for old, new in ((before, after), (after, before)):
        if old is not None:
            connection.execute(delete(table).where(table.c.case_id == case_id, table.c.seq == old["seq"]))
        if new is not None:
            connection.execute(insert(table).values(new))
        connection.commit()
        if new is after:
            yield f"{table.name} {seq}: {before} -> {after}"


@pytest.mark.parametrize(("column", "value"), [("state", "established"), ("version", 3), ("ledger_head", "0" * 64)])
def test_f21_a_case_changed_by_sql_is_found_and_named(district: District, column: str, value: Any) -> None:
    case_id = district.walk(district.open(), until="approved")
    with an_attacker(district) as connection:
        connection.execute(update(table_of(Case)).where(Case.id == case_id).values({column: value}))
        connection.commit()
    damage = _damage(district)
    assert damage is not None
    assert damage.case_id == case_id


def test_f21_a_byte_of_the_history_flipped_in_the_file_is_found(sqlite_district: District, tmp_path: Path) -> None:
    """The file itself is changed, past SQLite: at random in what the ledger holds once and nothing else repeats."""
    district = sqlite_district
    district.walk(district.open(), until="approved")
    with district.db.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    district.db.dispose()
    file = Path(district.db.url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    with closing(sqlite3.connect(file)) as plain:
        words = [row[0].encode() for row in plain.execute(HELD_ONCE)]
    for _ in range(option("flips", 30)):
        word = random.choice(words)
        at = whole.index(word) + random.randrange(len(word))
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert _damage(district) is not None, f"a flip of bit 0 at {at} of {file.name} was not found"
        district.db.dispose()
    file.write_bytes(whole)
    assert _damage(district) is None


def _damage(district: District) -> Any:
    with district.db.reading() as session:
        return verify(session).damage
