"""The product finds by itself what does not agree in its database: one of each kind is put there behind its back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from tests.desk import Desk
from tests.district import District
from workflow.database import Database
from workflow.health import REMINDERS, record_tick
from workflow.models import Case, Deadline, Document, Incident, LedgerContent, OutboxRow, WorkItem
from workflow.reconciling import reconcile
from workflow.reconciling.run import stretch
from workflow.runtime import Runtime
from workflow.settling import dismiss

FIRMS = ("first", "second", "third", "fourth", "far", "far_second")


def open_incidents(district: District) -> Mapping[tuple[str, str], str]:
    with district.db.reading() as session:
        rows = session.scalars(select(Incident).where(Incident.open_key.is_not(None))).all()
        return {(row.kind, row.subject): row.cause for row in rows}


def change(district: District, *statements: object) -> None:
    with district.db.unit_of_work() as session:
        for statement in statements:
            session.execute(statement)  # type: ignore[call-overload]


def test_one_of_each_kind_is_found_and_named_and_gone_when_it_is_mended(district: District) -> None:
    state, chain, missing, told, held, clock = cases = [district.open(firm) for firm in FIRMS]
    for case_id in cases[:4]:
        district.walk(case_id, until="submitted")
    assert reconcile(district.runtime).found == {}
    assert open_incidents(district) == {}

    with district.db.reading() as session:
        papers = select(Document).where(Document.case_id == state).order_by(Document.id)
        paper, other = session.scalars(papers.limit(2)).all()
        late = session.scalars(select(OutboxRow.id).where(OutboxRow.case_id == state).limit(1)).one()
        running = session.scalars(select(Deadline.id).where(Deadline.case_id == clock)).one()
    folder = district.runtime.documents_dir
    (folder / paper.stored_name[:2] / paper.stored_name).unlink()
    (folder / other.stored_name[:2] / other.stored_name).write_bytes(b"another paper")
    newest = f"case:{told}:{district.case(told).version}"
    now = district.clock()
    with district.db.unit_of_work() as session:
        trigger = "no_update" if district.db.is_sqlite else "append_only ON ledger_content"
        session.execute(text(f"DROP TRIGGER ledger_content_{trigger}"))
        content = update(LedgerContent).where(LedgerContent.case_id == chain, LedgerContent.seq == 2)
        session.execute(content.values(content={"data": {}, "reason": "forged"}))
    change(
        district,
        update(Case).where(Case.id == state).values(state="ready"),
        update(Case).where(Case.id == missing).values(version=Case.version + 1),
        delete(OutboxRow).where(OutboxRow.event == newest),
        update(OutboxRow).where(OutboxRow.event == f"case:{told}:2").values(event=f"case:{told}:99"),
        update(OutboxRow).where(OutboxRow.id == late).values(due_at=now - timedelta(hours=1)),
        update(WorkItem).where(WorkItem.case_id == held).values(closed_at=now),
        update(Deadline).where(Deadline.id == running).values(code="T13"),
    )
    with district.db.unit_of_work() as session:
        record_tick(session, REMINDERS, now - timedelta(hours=1))

    reconcile(district.runtime)
    found = open_incidents(district)
    expected = {
        ("state_differs", f"case:{state}"): "stands in ready",
        ("chain_broken", f"case:{chain}"): "entry 2",
        ("entries_missing", f"case:{missing}"): "entries",
        ("notice_missing", f"entry:{told}:{newest.rpartition(':')[2]}"): "told nobody",
        ("notice_orphan", f"outbox:case:{told}:99"): "which the history does not have",
        ("delivery_stuck", f"outbox:{late}"): "due since",
        ("nobody_holds", f"case:{held}"): "no to-do is open",
        ("clock_wrong", f"deadline:{running}"): "T13",
        ("clock_wrong", f"case:{clock}:T01"): "does not run",
        ("file_damaged", f"document:{paper.id}"): "missing",
        ("file_damaged", f"document:{other.id}"): "changed",
        ("tick_silent", "tick:reminders"): "3600 s",
    }
    assert {key: words for key, words in expected.items() if words not in found.get(key, "")} == {}

    change(district, update(Case).where(Case.id == state).values(state="submitted"))
    reconcile(district.runtime)
    assert ("state_differs", f"case:{state}") not in open_incidents(district)
    with district.db.reading() as session:
        mended = session.scalars(select(Incident).where(Incident.kind == "state_differs")).one()
        again = session.scalars(select(Incident).where(Incident.kind == "chain_broken")).one()
    assert (mended.status, mended.closed_by) == ("resolved", None)
    assert (again.status, again.times) == ("open", 2)


def test_what_was_dismissed_is_not_raised_again_for_the_same_cause(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.open("first")
    change(district, update(WorkItem).where(WorkItem.case_id == case_id).values(closed_at=district.clock()))
    reconcile(district.runtime)
    with district.db.unit_of_work() as session:
        incident_id = session.scalars(select(Incident.id)).one()
        dismiss(session, incident_id, district.people["admin"], "待人工核对", district.clock())
    reconcile(district.runtime)
    assert open_incidents(district) == {}


def test_a_case_that_does_not_agree_with_its_history_is_shown_as_under_check(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open("first"), until="submitted")
    assert "核查中" not in desk.page("instructor", f"/cases/{case_id}")
    change(desk.district, update(Case).where(Case.id == case_id).values(state="ready"))
    reconcile(desk.district.runtime)
    assert "核查中" in desk.page("instructor", f"/cases/{case_id}")
    assert "Under check" in desk.page("instructor", f"/cases/{case_id}?lang=en")


def test_the_demo_district_is_sound(demo_dir: Path) -> None:
    database = Database(f"sqlite:///{demo_dir / 'zujian.db'}")
    with database.unit_of_work() as session:
        session.execute(update(OutboxRow).values(status="sent"))  # nobody delivers here
    report = reconcile(Runtime(database, demo_dir / "documents"))
    assert report.found == {}
    database.dispose()


@pytest.mark.parametrize(("last", "size"), [(0, 10), (10, 10), (11, 10), (95, 10)])
def test_turn_by_turn_every_row_has_its_turn(last: int, size: int) -> None:
    seen = {n for turn in range(100) for n in range(1, last + 1) if stretch(last, size, turn).has(n)}
    assert seen == set(range(1, last + 1))
    assert all(stretch(last, size, turn).last - stretch(last, size, turn).after == size for turn in range(3))
    assert stretch(last, size, 0, [7777]).has(7777)
