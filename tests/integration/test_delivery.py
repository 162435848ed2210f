"""A row reaches its person once, whatever the messages and the mail server do."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.clocks import START, StandingClock
from tests.integration.outside import clock as clock_of
from tests.integration.outside import stop, write
from tests.integration.smtp_stub import smtp_stub
from tests.integration.telling import (
    PAYLOAD,
    Cast,
    announce,
    announce_by_mail,
    answers_to,
    more_cases,
    notices,
    outbox_row,
    outbox_rows,
    seed,
)
from tests.servers import wait_until
from workflow.database import Database
from workflow.delivery import Courier
from workflow.delivery.email import Email
from workflow.delivery.in_app import InApp
from workflow.delivery.mailer import FolderMailer, Mailer, SmtpMailer, mailer_from
from workflow.models import Case, DeliveryAttempt, OutboxRow, User
from workflow.outbox import IN_APP_AT_ONCE, LEASE, LONGEST_WAIT, MAX_ATTEMPTS
from workflow.settings import MailSettings, load_settings

SENDER = "zujian@example.org"


@pytest.fixture
def cast(database: Database) -> Cast:
    return seed(database)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def courier(database: Database, clock: StandingClock, folder: Path) -> Courier:
    return courier_with(database, clock, FolderMailer(folder))


def courier_with(database: Database, clock: StandingClock, mailer: Mailer) -> Courier:
    email = Email(database, mailer, SENDER, "https://zujian.example.org", clock)
    return Courier(database, clock, {"in_app": InApp(database, clock), "email": email}, mailer.at_once)


def smtp_mailer(port: int, **more: Any) -> SmtpMailer:
    return SmtpMailer(MailSettings("127.0.0.1", port, sender=SENDER, **more), timeout=0.3)


def failed_attempt(courier: Courier, outbox_id: str) -> OutboxRow:
    drain(courier)
    return outbox_row(courier.db, outbox_id)


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def drain(courier: Courier) -> None:
    courier.tell_inside()
    while ids := courier.take_due():
        for outbox_id in ids:
            courier.deliver(outbox_id)


class TestInApp:
    def test_a_notice_says_what_the_row_says_at_the_time_of_its_event(
        self, database: Database, cast: Cast, courier: Courier, clock: StandingClock
    ) -> None:
        announce(database, cast, ["case:1:2"], [cast.clerk])
        clock.advance(timedelta(minutes=3))
        drain(courier)
        (notice,) = notices(database)
        assert (notice.event, notice.user_id, notice.case_id) == ("case:1:2", cast.clerk, cast.case_id)
        assert (notice.title, notice.body, notice.created_at) == (PAYLOAD["title"], PAYLOAD["body"], START)
        assert notice.read_at is None
        (row,) = outbox_rows(database)
        assert (row.status, row.sent_at, row.attempts) == ("sent", clock.now, 1)
        with database.reading() as session:
            (attempt,) = session.scalars(select(DeliveryAttempt))
        assert (attempt.outbox_id, attempt.number, attempt.result) == (row.id, 1, "sent")
        assert (attempt.began_at, attempt.ended_at) == (clock.now, clock.now)

    def test_doubled_and_shuffled_messages_leave_each_notice_once_and_in_order(
        self, database: Database, cast: Cast, courier: Courier
    ) -> None:
        for number in range(20):
            announce(database, cast, [f"e{number}"], [cast.clerk], now=START - timedelta(seconds=60 - number))
        for outbox_id in random.sample(courier.take_due() * 4, 80):
            courier.deliver(outbox_id)
        assert [notice.event for notice in notices(database)] == [f"e{number}" for number in range(20)]

    def test_a_worker_that_died_before_the_mark_leaves_no_second_notice(
        self, database: Database, cast: Cast, courier: Courier, clock: StandingClock
    ) -> None:
        announce(database, cast, ["e1"], [cast.clerk])
        drain(courier)
        (row,) = outbox_rows(database)
        with database.unit_of_work() as session:  # as if the mark had been lost
            session.execute(update(OutboxRow).values(status="sending", due_at=START))
        clock.advance(LEASE)
        drain(courier)
        assert len(notices(database)) == 1
        assert outbox_row(database, row.id).status == "sent"

    @pytest.mark.parametrize(
        "payload",
        [{}, {"title": "plain"}, {**PAYLOAD, "body": {"zh": "只有中文"}}, {**PAYLOAD, "link": "https://elsewhere/"}],
    )
    def test_a_payload_nobody_can_read_fails_alone(
        self, database: Database, cast: Cast, courier: Courier, payload: dict[str, Any]
    ) -> None:
        (poison,) = announce(database, cast, ["e1"], [cast.clerk], payload=payload)
        (sound,) = announce(database, cast, ["e2"], [cast.clerk])
        drain(courier)
        assert (outbox_row(database, poison).status, outbox_row(database, sound).status) == ("failed", "sent")
        assert outbox_row(database, poison).last_error

    def test_a_channel_nobody_knows_fails_alone(self, database: Database, cast: Cast, courier: Courier) -> None:
        odd, sound = announce(database, cast, ["e1", "e2"], [cast.clerk])
        with database.unit_of_work() as session:
            session.execute(update(OutboxRow).where(OutboxRow.id == odd).values(channel="pigeon", spread_at=START))
        drain(courier)
        assert (outbox_row(database, odd).status, outbox_row(database, sound).status) == ("failed", "sent")

    def test_relays_that_start_together_tell_each_once(self, database: Database, cast: Cast, courier: Courier) -> None:
        announce(database, cast, [f"e{number}" for number in range(60)], [cast.clerk, cast.manager])
        barrier = threading.Barrier(4)

        def tick(_: int) -> int:
            barrier.wait()
            return courier.tell_inside()

        with ThreadPoolExecutor(4) as pool:
            told = sum(pool.map(tick, range(4)))
        assert told + courier.tell_inside() == 120  # what was locked when a relay passed over it
        assert len(notices(database)) == 120
        assert {(row.status, row.attempts) for row in outbox_rows(database)} == {("sent", 1)}
        assert courier.take_due() == []

    def test_more_than_one_round_takes_is_told_in_one_tick(
        self, database: Database, cast: Cast, courier: Courier
    ) -> None:
        announce(database, cast, [f"e{number}" for number in range(IN_APP_AT_ONCE + 7)], [cast.clerk])
        assert courier.tell_inside() == IN_APP_AT_ONCE + 7

    def test_what_tells_of_a_deadline_that_was_stopped_is_withdrawn(
        self, database: Database, cast: Cast, courier: Courier
    ) -> None:
        running, stopped = (clock_of(database, cast.case_id, START.date(), code) for code in ("T1", "T2"))
        stop(database, stopped)
        for number in (running, stopped):
            write(database, f"deadline:{number}:x", cast.clerk, cast.case_id, kind="deadline")
        assert courier.tell_inside() == 1
        assert [notice.event for notice in notices(database)] == [f"deadline:{running}:x"]
        assert courier.take_due() == []

    def test_a_case_somebody_acts_on_is_passed_over_and_nobody_waits(
        self, postgres_database: Database, clock: StandingClock
    ) -> None:
        database = postgres_database
        cast, courier = seed(database), courier_with(database, clock, FolderMailer(Path("nowhere")))
        with database.unit_of_work() as session:
            (other,) = more_cases(session, cast, 1)
        write(database, "busy", cast.clerk, cast.case_id)
        write(database, "free", cast.clerk, other)
        with database.unit_of_work() as action:
            action.get(Case, cast.case_id, with_for_update=True)
            assert courier.tell_inside() == 1
            assert [notice.event for notice in notices(database)] == ["free"]
        assert courier.tell_inside() == 1

    def test_a_row_nobody_tried_is_left_to_the_relay_for_a_while(
        self, database: Database, cast: Cast, clock: StandingClock
    ) -> None:
        patient = Courier(database, clock, {"in_app": InApp(database, clock)}, 1, fresh_wait=LEASE)
        (row_id,) = announce(database, cast, ["e1"], [cast.clerk])
        assert patient.take_due() == []
        clock.advance(LEASE)
        assert patient.take_due() == [row_id]


class SlowChannel:
    """Delivers when it is told to."""

    def __init__(self) -> None:
        self.may_end = threading.Event()

    def deliver(self, row: OutboxRow) -> None:
        assert self.may_end.wait(60)


class TestSlowDelivery:
    def test_a_delivery_that_takes_long_keeps_its_row_as_long_as_its_worker_lives(
        self, database: Database, cast: Cast, clock: StandingClock
    ) -> None:
        (row_id,) = announce(database, cast, ["e1"], [cast.clerk])
        slow = SlowChannel()
        courier = Courier(database, clock, {"in_app": slow}, 1, renew_every=0.01)
        courier.take_due()
        worker = threading.Thread(target=courier.deliver, args=(row_id,))
        worker.start()
        wait_until(lambda: outbox_row(database, row_id).status == "sending", "the claim")
        clock.advance(LEASE)
        wait_until(lambda: outbox_row(database, row_id).due_at == clock.now + LEASE, "the renewal")
        assert courier.take_due() == []
        slow.may_end.set()
        worker.join()


class TestMailFiles:
    def test_a_mail_is_one_readable_file_in_both_languages(
        self, database: Database, cast: Cast, courier: Courier, folder: Path
    ) -> None:
        mail_id = announce_by_mail(database, cast, "e1")
        drain(courier)
        (file,) = folder.iterdir()
        assert file.name == f"{mail_id}.eml"
        text = file.read_text(encoding="utf-8")
        assert text.index(PAYLOAD["body"]["zh"]) < text.index(PAYLOAD["body"]["en"])
        assert text.count("https://zujian.example.org/cases/1") == 2
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert answers_to(database, "email") == [("sent", "file")]
        assert message["Message-ID"] == f"<{mail_id}@example.org>"
        assert (message["To"], message["From"]) == ("clerk@example.org", SENDER)
        assert message["Subject"] == "已报请示 / Request submitted"

    def test_a_mail_sent_twice_is_still_one_file(
        self, database: Database, cast: Cast, courier: Courier, clock: StandingClock, folder: Path
    ) -> None:
        announce_by_mail(database, cast, "e1")
        drain(courier)
        (before,) = [file.read_bytes() for file in folder.iterdir()]
        with database.unit_of_work() as session:
            session.execute(update(OutboxRow).values(status="sending", due_at=START))
        clock.advance(LEASE)
        drain(courier)
        assert [file.read_bytes() for file in folder.iterdir()] == [before]

    def test_the_person_is_named_by_the_address_alone(
        self, database: Database, cast: Cast, courier: Courier, folder: Path
    ) -> None:
        announce_by_mail(database, cast, "e1")
        drain(courier)
        with database.reading() as session:
            name = session.get_one(User, cast.clerk).display_name
        assert all(name not in file.read_text(encoding="utf-8") for file in folder.iterdir())

    def test_a_folder_that_cannot_be_written_is_tried_again_later(
        self, database: Database, cast: Cast, courier: Courier, clock: StandingClock, folder: Path
    ) -> None:
        mail_id = announce_by_mail(database, cast, "e1")
        folder.write_text("a file stands in the way")
        drain(courier)
        assert outbox_row(database, mail_id).status == "new"
        folder.unlink()
        clock.advance(LONGEST_WAIT)
        drain(courier)
        assert outbox_row(database, mail_id).status == "sent"

    def test_a_closed_account_gets_no_mail(
        self, database: Database, cast: Cast, courier: Courier, folder: Path
    ) -> None:
        mail_id = announce_by_mail(database, cast, "e1")
        with database.unit_of_work() as session:
            session.get_one(User, cast.clerk).is_active = False
        drain(courier)
        assert outbox_row(database, mail_id).status == "failed"
        assert not folder.exists()


class TestSmtp:
    @pytest.fixture
    def database(self, sqlite_database: Database) -> Database:
        """The store plays no part here."""
        return sqlite_database

    def test_a_mail_arrives_with_its_number(self, database: Database, cast: Cast, clock: StandingClock) -> None:
        mail_id = announce_by_mail(database, cast, "e1")
        with smtp_stub() as server:
            drain(courier_with(database, clock, smtp_mailer(server.port)))
            (message,) = server.messages
        assert message["Message-ID"] == f"<{mail_id}@example.org>"
        assert PAYLOAD["body"]["zh"] in message.get_content()
        assert all(byte < 128 for byte in server.mails[0])
        assert answers_to(database, "email") == [("sent", "250")]
        assert outbox_row(database, mail_id).status == "sent"

    @pytest.mark.parametrize(
        ("command", "reply"),
        [
            ("HELLO", b"421 busy"),
            ("HELLO", b""),
            ("MAIL", b"451 later"),
            ("RCPT", b"450 clerk@example.org is busy"),
            ("DATA", b"554 no"),
            ("MAIL_END", b"452 full"),
            ("MAIL_END", b""),
        ],
    )
    def test_a_server_that_fails_is_tried_again_with_growing_waits_and_given_up_in_the_end(
        self, database: Database, cast: Cast, clock: StandingClock, command: str, reply: bytes
    ) -> None:
        mail_id = announce_by_mail(database, cast, "e1")
        waits: list[timedelta] = []
        with smtp_stub(**{command: reply}) as server:
            courier = courier_with(database, clock, smtp_mailer(server.port))
            while (row := failed_attempt(courier, mail_id)).status == "new":
                waits.append(row.due_at - clock.now)
                clock.now = row.due_at
            assert server.connections == MAX_ATTEMPTS
        assert (row.status, row.attempts, len(waits)) == ("failed", MAX_ATTEMPTS, MAX_ATTEMPTS - 1)
        assert all(later == min(earlier * 2, LONGEST_WAIT) for earlier, later in pairwise(waits))
        assert row.last_error
        assert "clerk" not in row.last_error
        assert len(notices(database)) == 1

    def test_an_address_that_does_not_exist_is_given_up_at_once(
        self, database: Database, cast: Cast, clock: StandingClock
    ) -> None:
        mail_id = announce_by_mail(database, cast, "e1")
        with smtp_stub(RCPT=b"550 clerk@example.org unknown") as server:
            drain(courier_with(database, clock, smtp_mailer(server.port)))
        row = outbox_row(database, mail_id)
        assert (row.status, row.attempts, row.last_error) == ("failed", 1, "recipient refused: 550")

    def test_what_the_server_accepted_is_sent_even_if_the_goodbye_fails(
        self, database: Database, cast: Cast, clock: StandingClock
    ) -> None:
        mail_id = announce_by_mail(database, cast, "e1")
        with smtp_stub(QUIT=b"") as server:
            drain(courier_with(database, clock, smtp_mailer(server.port)))
            assert len(server.mails) == 1
        assert outbox_row(database, mail_id).status == "sent"

    def test_a_server_that_hangs_or_is_away_is_left_and_tried_again(
        self, database: Database, cast: Cast, clock: StandingClock
    ) -> None:
        mail_id = announce_by_mail(database, cast, "e1")
        with silent_server() as port:
            row = failed_attempt(courier_with(database, clock, smtp_mailer(port)), mail_id)
        assert (row.status, row.attempts) == ("new", 1)
        clock.now = row.due_at
        row = failed_attempt(courier_with(database, clock, smtp_mailer(port)), mail_id)
        assert (row.status, row.attempts, row.last_error) == ("new", 2, "ConnectionRefusedError")

    def test_a_server_without_the_encryption_or_sign_in_asked_for_gets_no_mail(
        self, database: Database, cast: Cast, clock: StandingClock
    ) -> None:
        wishes: list[dict[str, Any]] = [{"starttls": True}, {"user": "zujian", "password": "secret"}]
        for number, wish in enumerate(wishes):
            mail_id = announce_by_mail(database, cast, f"e{number}")
            with smtp_stub() as server:
                row = failed_attempt(courier_with(database, clock, smtp_mailer(server.port, **wish)), mail_id)
                assert not server.mails
            assert row.status == "new"

    def test_an_address_that_would_write_a_header_of_its_own_is_refused(
        self, database: Database, cast: Cast, clock: StandingClock
    ) -> None:
        mail_id = announce_by_mail(database, cast, "e1")
        with database.unit_of_work() as session:
            session.get_one(User, cast.clerk).email = "a@example.org\nBcc: all@example.org"
        with smtp_stub() as server:
            drain(courier_with(database, clock, smtp_mailer(server.port)))
            assert not server.mails
        assert outbox_row(database, mail_id).status == "failed"


class TestChoice:
    def test_mail_goes_to_files_where_no_server_is_named(self, tmp_path: Path) -> None:
        environment = {"ZUJIAN_DATA_DIR": str(tmp_path), "ZUJIAN_ENV": "test"}
        assert mailer_from(load_settings(environment)) == FolderMailer(tmp_path / "mail")
        named = load_settings({**environment, "SMTP_HOST": "mail.example.org", "SMTP_PORT": "2525"})
        assert mailer_from(named) == SmtpMailer(MailSettings("mail.example.org", 2525))
