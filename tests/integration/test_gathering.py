"""What goes outside when: paces, digests, quiet hours, much at once, and what has lost its reason."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from tests.clocks import START
from tests.district import District
from tests.integration.outside import clock, deliver, item, outside, relay, stop, wish, write
from tests.integration.telling import Cast, give_address, more_cases, seed
from workflow.clock import local_day
from workflow.database import Database
from workflow.models import User
from workflow.outbox import Status, withdraw
from workflow.wishes import Hours

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEXT_DIGEST = START + timedelta(hours=23)  # eight in the morning
MIDNIGHT = START + timedelta(hours=15)


@pytest.fixture
def cast(database: Database) -> Cast:
    cast = seed(database)
    give_address(database, cast.clerk)
    return cast


@pytest.fixture
def cases(database: Database, cast: Cast) -> list[int]:
    with database.unit_of_work() as session:
        return [cast.case_id, *more_cases(session, cast, 2)]


def take_back(database: Database, case_id: int, event: str) -> None:
    with database.unit_of_work() as session:
        withdraw(session, case_id, [event])


class TestDigests:
    def test_what_is_wished_daily_is_one_message_for_many_cases(
        self, database: Database, cast: Cast, cases: list[int]
    ) -> None:
        wish(database, cast.clerk, {"transition": "daily"})
        for number in range(6):
            write(database, f"e{number}", cast.clerk, cases[number % 3])
        relay(database, START)
        relay(database, NEXT_DIGEST - MINUTE)
        assert {(row.status, row.due_at) for row in outside(database)} == {("held", NEXT_DIGEST)}
        relay(database, NEXT_DIGEST)
        [digest] = deliver(database, NEXT_DIGEST)
        assert digest.event == f"digest:{cast.clerk}:email:{NEXT_DIGEST.isoformat()}"
        assert "6 条通知" in digest.payload["title"]["zh"]
        assert "涉及案件 3 件" in digest.payload["body"]["zh"]
        assert "6 notices" in digest.payload["title"]["en"]
        members = outside(database, "bundled")
        assert {row.bundle_id for row in members} == {digest.id}
        assert len(members) == 6
        relay(database, NEXT_DIGEST + MINUTE)
        assert outside(database, "new") == []

    def test_one_that_waits_alone_goes_as_itself(self, database: Database, cast: Cast) -> None:
        wish(database, cast.clerk, {"transition": "hourly"})
        write(database, "e1", cast.clerk, cast.case_id, START + MINUTE)
        relay(database, START + MINUTE)
        relay(database, START + HOUR)
        assert [row.event for row in deliver(database, START + HOUR)] == ["e1"]

    def test_relays_that_start_together_make_one_digest(self, database: Database, cast: Cast) -> None:
        wish(database, cast.clerk, {"transition": "daily"})
        for number in range(20):
            write(database, f"e{number}", cast.clerk, cast.case_id)
        relay(database, START)
        barrier = threading.Barrier(4)

        def run(_: int) -> None:
            barrier.wait()
            relay(database, NEXT_DIGEST)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, range(4)))
        assert Counter(row.status for row in outside(database)) == {"bundled": 20, "new": 1}

    def test_what_is_switched_off_stays_inside_and_what_is_off_since_is_not_sent(
        self, database: Database, cast: Cast
    ) -> None:
        wish(database, cast.clerk, {"copy": "off"})
        write(database, "c1", cast.clerk, cast.case_id, kind="copy")
        relay(database, START)
        assert outside(database) == []
        wish(database, cast.clerk, {})  # daily, by default
        write(database, "c2", cast.clerk, cast.case_id, kind="copy")
        relay(database, START)
        wish(database, cast.clerk, {"copy": "off"})
        relay(database, NEXT_DIGEST)
        assert [(row.event, row.status) for row in outside(database)] == [("c2", "withdrawn")]

    def test_whose_account_is_closed_gets_nothing_that_waited(self, database: Database, cast: Cast) -> None:
        wish(database, cast.clerk, {"transition": "daily"})
        write(database, "e1", cast.clerk, cast.case_id)
        relay(database, START)
        with database.unit_of_work() as session:
            session.get_one(User, cast.clerk).is_active = False
        relay(database, NEXT_DIGEST)
        assert [row.status for row in outside(database)] == ["withdrawn"]


class TestDueToday:
    def test_thirty_late_cases_are_one_message_and_no_digest_hides_them(self, database: Database, cast: Cast) -> None:
        wish(database, cast.clerk, {"deadline": "daily"})
        with database.unit_of_work() as session:
            late = more_cases(session, cast, 30)
        today = local_day(START)
        for number, case_id in enumerate(late):
            clock_id = clock(database, case_id, today - timedelta(days=number % 3))
            write(database, f"deadline:{clock_id}:0", cast.clerk, case_id, START + MINUTE, kind="deadline")
            if number in (9, 19):
                relay(database, START + MINUTE)  # written batch by batch, they wait for each other
        far = clock(database, cast.case_id, today + timedelta(days=5))
        write(database, f"deadline:{far}:-5", cast.clerk, cast.case_id, START + MINUTE, kind="deadline")
        relay(database, START + MINUTE)
        relay(database, START + 5 * MINUTE)
        [message] = deliver(database, START + 5 * MINUTE)
        assert "今天须办 30 条" in message.payload["title"]["zh"]
        [waits] = outside(database, "held")
        assert (waits.event, waits.due_at) == (f"deadline:{far}:-5", NEXT_DIGEST)

    def test_a_step_due_before_the_digest_goes_at_once(self, database: Database, cast: Cast, cases: list[int]) -> None:
        wish(database, cast.clerk, {"transition": "daily"})
        for number, days in enumerate((0, 1, 2)):
            item(database, cases[number], local_day(START) + timedelta(days=days))
            write(database, f"e{number}", cast.clerk, cases[number])
        relay(database, START)
        [pressing] = deliver(database, START)
        assert [line["is_pressing"] for line in pressing.payload["lines"]] == [True, False]
        assert [row.event for row in outside(database, "held")] == ["e2"]


class TestQuietHours:
    def test_they_hold_back_what_is_outside_over_midnight(self, database: Database, cast: Cast) -> None:
        wish(database, cast.clerk, {}, Hours(22 * 60, 7 * 60))
        late = START + timedelta(hours=14)  # eleven in the evening
        for number in range(3):
            write(database, f"e{number}", cast.clerk, cast.case_id, late)
        relay(database, late)
        assert {row.due_at for row in outside(database, "held")} == {START + timedelta(hours=22)}
        relay(database, START + timedelta(hours=22))
        assert [row.kind for row in deliver(database, late)] == ["digest"]

    def test_what_is_due_today_is_not_held_into_the_next_day(self, database: Database, cast: Cast) -> None:
        wish(database, cast.clerk, {}, Hours(22 * 60, 7 * 60))
        clock_id = clock(database, cast.case_id, local_day(START))
        late = START + timedelta(hours=14)
        write(database, f"deadline:{clock_id}:0", cast.clerk, cast.case_id, late, kind="deadline")
        relay(database, late)
        assert [row.status for row in outside(database)] == ["new"]


class TestMuchAtOnce:
    def test_thirty_events_of_a_case_are_one_mail_at_once_and_one_at_the_end_of_the_hour(
        self, database: Database, cast: Cast
    ) -> None:
        sent: list[tuple[datetime, str]] = []
        for number in range(30):
            now = START + number * 2 * MINUTE
            write(database, f"e{number:02}", cast.clerk, cast.case_id, now)
            relay(database, now)
            sent += [(now, row.event) for row in deliver(database, now)]
        relay(database, START + HOUR)
        [rest] = deliver(database, START + HOUR)
        assert sent == [(START, "e00")]
        assert "共 29 条" in rest.payload["title"]["zh"]
        assert rest.payload["link"] == f"/cases/{cast.case_id}"
        # The message of that end begins the next hour.
        write(database, "e99", cast.clerk, cast.case_id, START + HOUR + MINUTE)
        relay(database, START + HOUR + MINUTE)
        assert [row.due_at for row in outside(database, "held")] == [START + 2 * HOUR]

    def test_thirty_events_at_one_moment_are_one_mail(self, database: Database, cast: Cast) -> None:
        for number in range(30):
            write(database, f"e{number}", cast.clerk, cast.case_id)
        relay(database, START)
        assert [row.kind for row in deliver(database, START)] == ["digest"]

    def test_beyond_the_budget_the_rest_is_one_message_at_the_end_of_the_day_but_for_what_is_due(
        self, database: Database, cast: Cast
    ) -> None:
        def happens(number: int, most: int = 3) -> list[str]:
            now = START + number * MINUTE
            write(database, f"e{number}", cast.clerk, None, now, kind="people")
            relay(database, now, most)
            return [row.event for row in deliver(database, now)]

        assert [happens(number) for number in range(6)] == [["e0"], ["e1"], ["e2"], [], [], []]
        clock_id = clock(database, cast.case_id, local_day(START))
        now = START + 10 * MINUTE
        write(database, f"deadline:{clock_id}:0", cast.clerk, cast.case_id, now, kind="deadline")
        relay(database, now, 3)
        assert [row.event for row in deliver(database, now)] == [f"deadline:{clock_id}:0"]
        relay(database, MIDNIGHT - MINUTE, 3)
        assert outside(database, "new") == []
        relay(database, MIDNIGHT, 3)
        [rest] = deliver(database, MIDNIGHT)
        assert len(rest.payload["lines"]) == 3


class TestWithdrawing:
    def test_what_waits_and_what_stands_in_a_message_not_sent_yet_is_taken_out(
        self, database: Database, cast: Cast, cases: list[int]
    ) -> None:
        wish(database, cast.clerk, {"transition": "daily"})
        for number, case_id in enumerate(cases):
            write(database, f"case:{case_id}:{number}", cast.clerk, case_id)
        write(database, f"case:{cases[0]}:0:copy", cast.clerk, cases[0])
        relay(database, START)
        take_back(database, cases[1], f"case:{cases[1]}:1")
        relay(database, NEXT_DIGEST)
        [digest] = outside(database, "new")
        assert len(digest.payload["lines"]) == 3
        take_back(database, cases[0], f"case:{cases[0]}:0")
        [digest] = outside(database, "new")
        assert [line["case_id"] for line in digest.payload["lines"]] == [cases[2]]
        assert "1 条" in digest.payload["title"]["zh"]
        take_back(database, cases[2], f"case:{cases[2]}:2")
        assert {row.status for row in outside(database)} == {"withdrawn"}

    def test_what_a_worker_has_is_told(self, database: Database, cast: Cast) -> None:
        for number in range(2):
            write(database, f"case:{cast.case_id}:{number}", cast.clerk, cast.case_id)
        relay(database, START)
        deliver(database, START)
        take_back(database, cast.case_id, f"case:{cast.case_id}:1")
        assert Counter(row.status for row in outside(database)) == {"bundled": 2, "sent": 1}

    def test_what_was_taken_back_is_not_spread_any_more(self, database: Database, cast: Cast) -> None:
        write(database, f"case:{cast.case_id}:1", cast.clerk, cast.case_id)
        deliver(database, START)  # told in the application before any relay spread it
        take_back(database, cast.case_id, f"case:{cast.case_id}:1")
        relay(database, START + MINUTE)
        assert outside(database) == []

    def test_a_correction_goes_at_once_to_where_something_was_told_and_nowhere_else(
        self, database: Database, cast: Cast, cases: list[int]
    ) -> None:
        wish(database, cast.clerk, {"transition": "daily"})
        write(database, "case:1:1", cast.clerk, cases[0])
        write(database, "case:2:1:verdict", cast.clerk, cases[1], kind="verdict")
        relay(database, START)
        assert [row.kind for row in deliver(database, START)] == ["verdict"]
        for case_id in cases[:2]:
            write(database, f"case:{case_id}:2:correction", cast.clerk, case_id, START + MINUTE, kind="correction")
        relay(database, START + MINUTE)
        assert [row.case_id for row in deliver(database, START + MINUTE)] == [cases[1]]

    def test_a_reminder_of_a_clock_that_stopped_is_left_out_of_the_digest(
        self, database: Database, cast: Cast, cases: list[int]
    ) -> None:
        wish(database, cast.clerk, {"deadline": "daily"})
        clocks = [clock(database, case_id, local_day(START) + timedelta(days=9)) for case_id in cases]
        for clock_id, case_id in zip(clocks, cases, strict=True):
            write(database, f"deadline:{clock_id}:-9", cast.clerk, case_id, kind="deadline")
        relay(database, START)
        stop(database, clocks[1])
        relay(database, NEXT_DIGEST)
        [digest] = deliver(database, NEXT_DIGEST)
        assert [line["case_id"] for line in digest.payload["lines"]] == [cases[0], cases[2]]
        assert [row.event for row in outside(database, "withdrawn")] == [f"deadline:{clocks[1]}:-9"]

    def test_a_request_somebody_else_answered_is_withdrawn_and_news_of_it_stays(self, district: District) -> None:
        case_id = district.open()
        district.add_person("second_clerk", "clerk", "chamber")
        with district.db.unit_of_work() as session:
            session.get_one(User, district.people["second_clerk"]).email = "second@example.org"
        for who in ("second_clerk", "instructor"):
            wish(district.db, district.people[who], {"transition": "daily"})
        district.walk(case_id, until="submitted")
        relay(district.db, district.clock())
        district.clock.advance(hours=1)
        district.do(case_id, "clerk", "accept")
        relay(district.db, district.clock())
        district.clock.advance(days=1)
        relay(district.db, district.clock())
        submitted = f"case:{case_id}:{district.case(case_id).version - 1}"
        rows = outside(district.db)
        [asked] = [r for r in rows if r.user_id == district.people["second_clerk"] and r.event == submitted]
        assert asked.status == Status.WITHDRAWN
        told = {r.status for r in rows if r.user_id == district.people["instructor"] and r.event.startswith("case:")}
        assert told & {"new", "bundled"}
