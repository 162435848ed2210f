"""What a deadline does by itself: repeats, escalates, acts, and falls silent when its cause is gone."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests.district import District
from tests.publishing import publish_here
from tests.versions import version_of
from workflow import outbox
from workflow.ledger import verify
from workflow.models import Deadline, LedgerEntry, Notice, OutboxRow
from workflow.reminders import remind

SPOKEN = "alerts: [0], repeat: 7, tell: [instructor], escalate: {10: [manager]}"
REPEATED = version_of(2, (r"(T06: .*)alerts: \[-7, 0\], tell: \[instructor\]", r"\1" + SPOKEN))
ACTING = version_of(2, (r"(T06: .*)alerts: \[-7, 0\]", r"\1alerts: [-7, 0], on_overdue: unready"))


def ready(district: District) -> tuple[int, date]:
    """A case whose request is due, and the day."""
    case_id = district.walk(district.open(), until="ready")
    with district.db.reading() as session:
        mine = (Deadline.case_id == case_id) & (Deadline.code == "T06") & (Deadline.status == "running")
        return case_id, session.scalars(select(Deadline.due_on).where(mine)).one()


def pass_days(district: District, days: int) -> None:
    for _ in range(days):
        district.clock.advance(days=1)
        remind(district.runtime)


def reminded(district: District, person: str) -> list[tuple[int, str]]:
    """Days after the due day on which a person was told, and the words."""
    with district.db.reading() as session:
        rows = session.scalars(
            select(Notice)
            .where(Notice.kind == "deadline", Notice.user_id == district.people[person])
            .order_by(Notice.id)
        )
        return [(int(row.event.rpartition(":")[2]), row.body["zh"]) for row in rows if "报送请示" in row.title["zh"]]


def test_it_speaks_up_every_seven_days_and_to_the_superior_from_the_tenth_on(district: District) -> None:
    publish_here(district, REPEATED)
    _, due = ready(district)
    district.clock.advance(days=(due - district.runtime.today()).days - 1)
    pass_days(district, 22)
    assert [day for day, _ in reminded(district, "instructor")] == [0, 7, 10, 14, 21]
    told = reminded(district, "org_dept")
    assert [day for day, _ in told] == [10, 14, 21]
    assert "已上报区级主管部门" in told[0][1]


def test_the_system_takes_the_action_the_definition_names_and_no_other(district: District) -> None:
    publish_here(district, ACTING)
    case_id, due = ready(district)
    district.clock.advance(days=(due - district.runtime.today()).days)
    remind(district.runtime)
    assert district.state(case_id) == "ready"  # the day itself is not over
    district.clock.advance(days=1)
    remind(district.runtime)
    remind(district.runtime)
    assert district.state(case_id) == "training"
    with district.db.reading() as session:
        entry = session.scalars(
            select(LedgerEntry).where(LedgerEntry.case_id == case_id).order_by(LedgerEntry.seq.desc())
        ).first()
        assert entry is not None
        assert (entry.action, entry.actor_id, entry.role) == ("unready", None, "system")
        assert verify(session).ok
    assert district.actions(case_id).count("unready") == 1


def test_a_definition_that_names_no_action_has_none_taken(sqlite_district: District) -> None:
    case_id, due = ready(sqlite_district)
    sqlite_district.clock.advance(days=(due - sqlite_district.runtime.today()).days + 30)
    remind(sqlite_district.runtime)
    assert sqlite_district.state(case_id) == "ready"


def test_a_mail_of_a_deadline_that_has_stopped_is_not_sent(district: District) -> None:
    case_id, _ = ready(district)
    with district.db.unit_of_work() as session:
        mine = (Deadline.case_id == case_id) & (Deadline.code == "T06")
        number = session.scalars(select(Deadline.id).where(mine)).one()
        words = {name: {"zh": "提醒", "en": "a reminder"} for name in ("title", "body")}
        to = district.people["instructor"]
        mail = outbox.row_of(f"deadline:{number}:x", "deadline", case_id, to, "email", words, district.clock())
        session.add(OutboxRow(**mail | {"spread_at": district.clock()}))
    with district.db.unit_of_work() as session:
        assert mail["id"] in outbox.take_due(session, district.clock(), 10)
    district.walk(case_id, until="submitted")
    with district.db.unit_of_work() as session:
        assert outbox.claim(session, mail["id"], district.clock()) is None
    with district.db.reading() as session:
        assert session.get_one(OutboxRow, mail["id"]).status == outbox.Status.WITHDRAWN
