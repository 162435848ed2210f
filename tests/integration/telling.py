"""People, a case and things to tell them, for the tests of notices and clocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from tests.clocks import START
from workflow.database import Database
from workflow.models import Case, Enterprise, Notice, Organisation, OutboxRow, RoleAssignment, User
from workflow.outbox import row_of, rows_for
from workflow.queries.deliveries import SENT, DeliveryFilter, deliveries

Row = TypeVar("Row")


ROLES = ("instructor", "clerk", "social_work")


@dataclass(frozen=True)
class Cast:
    """A committee with its clerk, the district's manager, an instructor and one case."""

    instructor: int
    clerk: int
    manager: int
    case_id: int


def seed(database: Database) -> Cast:
    with database.unit_of_work() as session:
        district = _organisation(session, None, "某区委", "committee", "district")
        department = _organisation(session, district, "区委社会工作部", "social_work_department", "department")
        chamber = _organisation(session, district, "甲镇商会党委", "committee", "chamber")
        people = [_person(session, name) for name in ("instructor", "clerk", "manager")]
        for user, role, body in zip(people, ROLES, (chamber, chamber, department), strict=True):
            session.add(
                RoleAssignment(user_id=user.id, role=role, organisation_id=body.id, valid_from=date(2026, 1, 1))
            )
        (case,) = _cases(session, chamber.id, chamber.path, people[0].id, [1])
        return Cast(people[0].id, people[1].id, people[2].id, case.id)


def _organisation(session: Session, parent: Organisation | None, name: str, type_: str, kind: str) -> Organisation:
    body = Organisation(parent_id=parent.id if parent else None, name=name, type=type_, kind=kind)
    session.add(body)
    session.flush()
    body.path = f"{parent.path if parent else '/'}{body.id}/"
    return body


def _person(session: Session, name: str) -> User:
    user = User(
        username=name,
        display_name=f"某{name}",
        password_hash="-",
        created_at=START,
    )
    session.add(user)
    session.flush()
    return user


def more_cases(session: Session, cast: Cast, count: int) -> list[int]:
    """Cases of other enterprises in the same hands."""
    first = session.get_one(Case, cast.case_id)
    return [
        case.id for case in _cases(session, first.chamber_id, first.scope_path, cast.instructor, range(2, count + 2))
    ]


def _cases(session: Session, chamber_id: int, path: str, instructor_id: int, numbers: Iterable[int]) -> list[Case]:
    firms = [_enterprise(chamber_id, number) for number in numbers]
    session.add_all(firms)
    session.flush()
    cases = [_case(firm, path, instructor_id) for firm in firms]
    session.add_all(cases)
    session.flush()
    return cases


def _enterprise(chamber_id: int, number: int) -> Enterprise:
    return Enterprise(
        credit_code=f"91330212MA2AA{number:05}",
        name="某某机械有限公司",
        town_id=chamber_id,
        chamber_id=chamber_id,
        created_at=START,
        updated_at=START,
    )


def _case(enterprise: Enterprise, path: str, instructor_id: int) -> Case:
    return Case(
        enterprise_id=enterprise.id,
        process="branch_formation",
        definition_version=1,
        state="under_review",
        state_since=START,
        version=1,
        chamber_id=enterprise.chamber_id,
        committee_id=enterprise.chamber_id,
        scope_path=path,
        instructor_id=instructor_id,
        last_occurred_on=START.date(),
        facts={},
        ledger_head="",
        opened_at=START,
        updated_at=START,
    )


PAYLOAD: dict[str, Any] = {
    "title": {"zh": "已报请示", "en": "Request submitted"},
    "body": {
        "zh": "某某机械有限公司：已报请示，请商会党委受理。",
        "en": "Request submitted: the committee is to accept it.",
    },
    "link": "/cases/1",
}


def announce(
    database: Database,
    cast: Cast,
    events: Iterable[str],
    people: Iterable[int],
    payload: dict[str, Any] = PAYLOAD,
    now: datetime = START,
) -> list[str]:
    """Writes outbox rows as the engine does; answers their ids."""
    with database.unit_of_work() as session:
        return tell(session, cast, events, people, payload, now)


def tell(
    session: Session,
    cast: Cast,
    events: Iterable[str],
    people: Iterable[int],
    payload: dict[str, Any] = PAYLOAD,
    now: datetime = START,
) -> list[str]:
    people = list(people)
    rows = [r for event in events for r in rows_for(event, "transition", cast.case_id, people, payload, now)]
    session.execute(insert(OutboxRow), rows)
    return [row["id"] for row in rows]


def give_address(database: Database, user_id: int, address: str = "clerk@example.org") -> None:
    with database.unit_of_work() as session:
        session.get_one(User, user_id).email = address


def announce_by_mail(database: Database, cast: Cast, event: str) -> str:
    """Tells the clerk, who has an address, by a mail that is to go now; answers the id of its row."""
    give_address(database, cast.clerk)
    with database.unit_of_work() as session:
        tell(session, cast, [event], [cast.clerk])
        (mail_id,) = mail(session, cast, [event], START)
        return mail_id


def mail(session: Session, cast: Cast, events: Iterable[str], now: datetime) -> list[str]:
    """Lets a mail go for each event the clerk was told of: what relays would have gathered into one."""
    rows = [row_of(event, "transition", cast.case_id, cast.clerk, "email", PAYLOAD, now) for event in events]
    session.execute(insert(OutboxRow), [row | {"spread_at": now} for row in rows])
    session.execute(update(OutboxRow).where(OutboxRow.event.in_([r["event"] for r in rows])).values(spread_at=now))
    return [row["id"] for row in rows]


def outbox_rows(database: Database) -> list[OutboxRow]:
    return _read(database, select(OutboxRow).order_by(OutboxRow.event, OutboxRow.user_id, OutboxRow.channel))


def outbox_row(database: Database, outbox_id: str) -> OutboxRow:
    return _read(database, select(OutboxRow).where(OutboxRow.id == outbox_id))[0]


def answers_to(database: Database, channel: str) -> list[tuple[str | None, str | None]]:
    """The result and the answer of each attempt in a channel, as the ledger of deliveries shows what was sent."""
    with database.reading() as session:
        lines = deliveries(session, DeliveryFilter(SENT, channel), START).rows
    return [(one.result, one.answer) for line in lines for one in line.attempts]


def notices(database: Database) -> list[Notice]:
    return _read(database, select(Notice).order_by(Notice.created_at, Notice.id))


def _read(database: Database, query: Select[Row]) -> list[Row]:
    with database.reading() as session:
        found = list(session.scalars(query))
        session.expunge_all()  # they outlive the session
        return found
