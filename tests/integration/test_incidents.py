"""What could not be told becomes an incident, one however often it happens: tried again or dismissed by a person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.clocks import START, StandingClock
from tests.desk import Desk
from tests.integration.telling import PAYLOAD, Cast, announce, announce_by_mail, outbox_row, seed
from tests.integration.worker_process import Workshop, workshop
from tests.servers import BrokerServer, wait_until
from workflow.database import Database
from workflow.delivery import Courier, DeliveryFailed
from workflow.delivery.in_app import InApp
from workflow.errors import Conflict, InvalidInput
from workflow.models import DeliveryAttempt, Incident, OutboxRow
from workflow.outbox import LEASE, LONGEST_WAIT, MAX_ATTEMPTS, mark_sent
from workflow.settling import dismiss, retry


def no_messages() -> list[bytes]:
    """Bytes that are none, JSON that is none, and what looks like one but names no list it came from, or no task."""
    properties: dict[str, object] = {"delivery_tag": "a"}
    astray = {"properties": properties, "headers": {"task": "t", "id": "i"}}
    place = {"exchange": "", "routing_key": "notify"}
    nameless = {"properties": {**properties, "delivery_info": place}, "headers": {"task": [], "id": "i"}}
    odd = [b"\xff\xfe", b"no json", b"7", b"{}", b"[" * 100_000]
    return odd + [json.dumps(one).encode() for one in (astray, nameless)]


class Flaky:
    """A channel that fails until it is told otherwise."""

    def __init__(self, database: Database, clock: StandingClock) -> None:
        self.database, self.clock, self.works = database, clock, False

    def deliver(self, row: OutboxRow) -> None:
        if not self.works:
            raise DeliveryFailed("stub: 503")
        with self.database.unit_of_work() as session:
            mark_sent(session, row.id, self.clock(), "stub: 200")


@pytest.fixture
def cast(database: Database) -> Cast:
    return seed(database)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def flaky(database: Database, clock: StandingClock) -> Flaky:
    return Flaky(database, clock)


@pytest.fixture
def courier(database: Database, clock: StandingClock, flaky: Flaky) -> Courier:
    return Courier(database, clock, {"in_app": InApp(database, clock), "email": flaky}, 10)


def drain(courier: Courier, clock: StandingClock, turns: int = 1) -> None:
    for _ in range(turns):
        for outbox_id in courier.take_due():
            courier.deliver(outbox_id)
        clock.advance(LONGEST_WAIT)


def attempts_of(database: Database, outbox_id: str) -> list[tuple[int, str | None, str | None]]:
    query = select(DeliveryAttempt).where(DeliveryAttempt.outbox_id == outbox_id).order_by(DeliveryAttempt.number)
    with database.reading() as session:
        return [(one.number, one.result, one.answer) for one in session.scalars(query)]


def all_incidents(database: Database) -> list[Incident]:
    with database.reading() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


def test_a_message_given_up_is_an_incident_and_tried_again_by_a_person(
    database: Database, cast: Cast, courier: Courier, clock: StandingClock, flaky: Flaky
) -> None:
    mail_id = announce_by_mail(database, cast, "e1")
    drain(courier, clock, MAX_ATTEMPTS)
    (incident,) = all_incidents(database)
    assert (incident.kind, incident.status, incident.case_id) == ("delivery_failed", "open", cast.case_id)
    assert (incident.outbox_id, incident.cause) == (mail_id, "email: stub: 503")
    tried = attempts_of(database, mail_id)
    assert [one[1] for one in tried] == ["failed"] * (MAX_ATTEMPTS - 1) + ["given_up"]
    flaky.works = True
    with database.unit_of_work() as session:
        retry(session, incident.id, cast.manager, clock())
    drain(courier, clock)
    assert outbox_row(database, mail_id).status == "sent"
    assert attempts_of(database, mail_id)[MAX_ATTEMPTS:] == [(MAX_ATTEMPTS + 1, "sent", "stub: 200")]
    (incident,) = all_incidents(database)
    assert (incident.status, incident.closed_by, incident.open_key) == ("retried", cast.manager, None)
    with pytest.raises(Conflict), database.unit_of_work() as session:
        retry(session, incident.id, cast.manager, clock())


def test_what_fails_again_after_a_retry_is_an_incident_of_its_own_and_dismissed_with_a_reason(
    database: Database, cast: Cast, courier: Courier, clock: StandingClock
) -> None:
    poison, odd = announce(database, cast, ["e1", "e2"], [cast.clerk], payload={**PAYLOAD, "link": "https://x/"})
    (sound,) = announce(database, cast, ["e3"], [cast.clerk])
    with database.unit_of_work() as session:
        session.execute(
            update(OutboxRow).where(OutboxRow.id == odd).values(channel="pigeon", payload=PAYLOAD, spread_at=START)
        )
    drain(courier, clock)
    assert outbox_row(database, sound).status == "sent"
    first, missing = sorted(all_incidents(database), key=lambda one: one.kind, reverse=True)
    assert (first.kind, first.outbox_id) == ("payload_unreadable", poison)
    assert (missing.kind, missing.outbox_id) == ("channel_missing", odd)
    with database.unit_of_work() as session:
        retry(session, first.id, cast.manager, clock())
    drain(courier, clock)
    again = all_incidents(database)[-1]
    assert (again.id, again.kind, again.times) == (3, "payload_unreadable", 1)
    for empty in ("", "  \n"):
        with pytest.raises(InvalidInput), database.unit_of_work() as session:
            dismiss(session, again.id, cast.manager, empty, clock())
    with database.unit_of_work() as session:
        dismiss(session, again.id, cast.manager, "内容已口头告知", clock())
    assert all_incidents(database)[-1].reason == "内容已口头告知"


def test_a_row_that_kills_its_worker_in_each_attempt_is_an_incident(
    database: Database, cast: Cast, courier: Courier, clock: StandingClock
) -> None:
    (poison,) = announce(database, cast, ["e1"], [cast.clerk])
    with database.unit_of_work() as session:
        session.execute(update(OutboxRow).values(status="sending", attempts=MAX_ATTEMPTS, due_at=START - LEASE))
    (sound,) = announce(database, cast, ["e2"], [cast.clerk])
    drain(courier, clock)
    (incident,) = all_incidents(database)
    assert (incident.kind, incident.outbox_id) == ("worker_lost", poison)
    assert outbox_row(database, sound).status == "sent"


class TestStrayMessages:
    @pytest.fixture
    def shop(self, sqlite_database: Database, own_broker: BrokerServer, tmp_path: Path) -> Iterator[Workshop]:
        with workshop(sqlite_database.url, own_broker, tmp_path) as shop:
            yield shop

    def test_messages_nobody_can_take_are_incidents_and_the_next_one_is_done(
        self, sqlite_database: Database, shop: Workshop
    ) -> None:
        cast = seed(sqlite_database)
        shop.worker()
        with shop.client() as client:
            for _ in range(2):
                client.send_task("tasks.nowhere", (1,), queue="notify")
            client.send_task("tasks.notify.deliver", ("a", "b"), queue="notify")
            with client.connection_for_write() as connection:
                headers = {"task": "tasks.notify.deliver", "id": "x"}
                connection.default_channel.client.lpush("notify", *no_messages())
                broken = connection.Producer()
                broken.publish({"a": 1}, routing_key="notify", serializer="pickle", headers=headers)
            (sound,) = announce(sqlite_database, cast, ["e1"], [cast.clerk])
            with sqlite_database.unit_of_work() as session:
                session.execute(update(OutboxRow).values(status="queued"))
            client.send_task("tasks.notify.deliver", (sound,), queue="notify")
        wait_until(lambda: outbox_row(sqlite_database, sound).status == "sent", "the sound message told", within=60)
        wait_until(lambda: len(all_incidents(sqlite_database)) == 3, "three incidents", within=60)
        found = {(one.kind, one.subject): one.times for one in all_incidents(sqlite_database)}
        assert found == {
            ("task_unknown", "task:tasks.nowhere"): 2,
            ("task_unreadable", "task:tasks.notify.deliver"): 1,
            ("task_unreadable", "queue:notify"): 8,
        }


class TestPages:
    def test_the_case_says_who_was_told_and_how_often_it_was_tried(self, desk: Desk) -> None:
        case_id = _case_with_a_failed_mail(desk)
        page = desk.page("instructor", f"/cases/{case_id}")
        told, due = map(int, re.findall(r"送达 (\d+)/(\d+)", page)[0])
        assert told == due - 1 > 0
        assert "第 1 次" in page
        assert "stub: 503" in page

    def test_the_operator_retries_and_dismisses_without_script(self, desk: Desk) -> None:
        _case_with_a_failed_mail(desk)
        desk.district.clock.advance(minutes=16)
        with desk.district.db.reading() as session:
            incident_id = session.scalars(select(Incident.id)).one()
        assert f"/operating/incidents/{incident_id}" in desk.page("admin", "/operating")
        assert "delivery" in desk.page("admin", f"/operating/incidents/{incident_id}?lang=en").lower()
        ledger = "/operating/deliveries?fate=failed&channel=email&age="
        assert "stub: 503" in desk.page("admin", f"{ledger}15")
        assert "stub: 503" not in desk.page("admin", f"{ledger}60")  # younger than an hour
        address = f"/operating/incidents/{incident_id}"
        refused = desk.as_("admin").post(f"{address}/dismiss", {"reason": " "})
        assert (refused.status_code, "请说明忽略的理由" in refused.text) == (422, True)
        assert desk.as_("admin").post(f"{address}/retry").status_code == 303
        assert desk.as_("admin").post(f"{address}/dismiss", {"reason": "x"}).status_code == 409
        assert "已重试" in desk.page("admin", "/operating/incidents?settled=1")


def _case_with_a_failed_mail(desk: Desk) -> int:
    """A case whose last step told its clerk in the application, and by a mail that was given up."""
    district = desk.district
    case_id = district.walk(district.open("first"), until="submitted")
    failing = Flaky(district.db, StandingClock())
    courier = Courier(district.db, district.clock, {"in_app": InApp(district.db, district.clock), "email": failing}, 10)
    with district.db.unit_of_work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.kind == "transition").values(spread_at=district.clock()))
        newest = select(OutboxRow).where(OutboxRow.case_id == case_id).order_by(OutboxRow.event.desc()).limit(1)
        row = session.scalars(newest).one()
        session.add(
            OutboxRow(
                **{
                    name: getattr(row, name) for name in ("event", "kind", "case_id", "user_id", "payload", "spread_at")
                },
                id="f" * 32,
                channel="email",
                status="new",
                attempts=MAX_ATTEMPTS - 1,
                due_at=district.clock(),
                created_at=district.clock(),
            )
        )
    for outbox_id in courier.take_due():
        courier.deliver(outbox_id)
    return case_id
