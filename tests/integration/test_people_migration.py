"""The revision that lets people stand in keeps every case, its history and what protects it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from tests.district import make_district
from workflow.database import Database
from workflow.ledger import verify
from workflow.migrations import downgrade, upgrade
from workflow.models import Assignment, Enterprise, LedgerEntry


def test_what_was_there_before_is_there_after_and_verifies(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    district = make_district(database, tmp_path)
    district.walk(district.open(), until="training")
    database.dispose()
    downgrade(database_url, "0005")
    upgrade(database_url)
    database = Database(database_url)
    with database.reading() as session:
        assert verify(session).ok
        counts = [session.scalar(select(func.count()).select_from(t)) for t in (LedgerEntry, Enterprise, Assignment)]
        assert counts == [4, 6, 1]
    for statement in ("UPDATE ledger_entry SET action = 'x'", "DELETE FROM ledger_entry"):
        with pytest.raises(DatabaseError), database.unit_of_work() as session:
            session.execute(text(statement))
    database.dispose()
