"""Each threshold of a deadline is told once to each person concerned; silent clocks stay silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.clocks import StandingClock
from tests.integration.telling import Cast, more_cases, outbox_rows, seed
from workflow.database import Database
from workflow.models import Case, Deadline, Notice, RoleAssignment
from workflow.reminders import BATCH, remind
from workflow.runtime import Runtime

DUE = date(2026, 10, 12)
# From the seventh day on it is escalated to the managers.
TOLD_AT: dict[int, Callable[[Cast], tuple[int, ...]]] = {
    **dict.fromkeys((-10, -3, 0), lambda cast: (cast.clerk,)),
    7: lambda cast: (cast.clerk, cast.manager),
}


@pytest.fixture
def cast(database: Database) -> Cast:
    return seed(database)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(datetime(2026, 9, 30, 2, 0, tzinfo=UTC))


@pytest.fixture
def runtime(database: Database, tmp_path: Path, clock: StandingClock) -> Runtime:
    return Runtime(database, tmp_path, clock=clock)


@pytest.fixture
def start(database: Database, cast: Cast) -> Callable[..., int]:
    """Starts the clock of the founding reply: it alerts the committee and the manager."""

    def start_deadline(status: str = "running", code: str = "T09") -> int:
        with database.unit_of_work() as session:
            session.add(deadline := deadline_of(cast.case_id, status, code))
            session.flush()
            return deadline.id

    return start_deadline


def deadline_of(case_id: int, status: str = "running", code: str = "T09") -> Deadline:
    return Deadline(
        case_id=case_id,
        code=code,
        status=status,
        starts_on=date(2026, 9, 12),
        due_on=DUE,
        provisional=False,
        next_alert_on=DUE - timedelta(days=10),
        started_at=datetime(2026, 9, 12, tzinfo=UTC),
    )


def told(database: Database) -> list[tuple[str, int, str]]:
    return [(row.event, row.user_id, row.channel) for row in outbox_rows(database)]


def events(database: Database) -> set[str]:
    return {row.event for row in outbox_rows(database)}


def test_each_threshold_is_told_once_to_everybody_the_definition_names(
    database: Database, cast: Cast, runtime: Runtime, clock: StandingClock, start: Callable[..., int]
) -> None:
    deadline_id = start()
    for _ in range(30):
        remind(runtime)
        remind(runtime)
        clock.advance(timedelta(days=1))
    assert sorted(told(database)) == sorted(
        (f"deadline:{deadline_id}:{DUE}:{threshold}", user_id, "in_app")
        for threshold, people in TOLD_AT.items()
        for user_id in people(cast)
    )


def test_the_day_is_the_local_day(
    database: Database, runtime: Runtime, clock: StandingClock, start: Callable[..., int]
) -> None:
    start()
    clock.now = datetime(2026, 10, 1, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    remind(runtime)
    assert events(database) == set()
    clock.now = datetime(2026, 10, 1, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    remind(runtime)
    assert len(events(database)) == 1


def test_after_an_outage_only_the_newest_threshold_is_told(
    database: Database, runtime: Runtime, clock: StandingClock, start: Callable[..., int]
) -> None:
    deadline_id = start()
    clock.now = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)
    remind(runtime)
    assert events(database) == {f"deadline:{deadline_id}:{DUE}:0"}
    (title, *_) = {row.payload["title"]["zh"] for row in outbox_rows(database)}
    assert title == "已超期 2 天：成立批复"
    clock.now = datetime(2026, 10, 19, 2, 0, tzinfo=UTC)
    remind(runtime)
    assert events(database) == {f"deadline:{deadline_id}:{DUE}:0", f"deadline:{deadline_id}:{DUE}:7"}


@pytest.mark.parametrize("status", ["paused", "stopped"])
def test_a_clock_that_does_not_run_is_silent(
    database: Database, runtime: Runtime, clock: StandingClock, start: Callable[..., int], status: str
) -> None:
    start(status)
    clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    assert remind(runtime) == 0
    assert told(database) == []


def test_a_clock_that_jumps_back_tells_nothing_twice(
    database: Database, runtime: Runtime, clock: StandingClock, start: Callable[..., int]
) -> None:
    start()
    clock.now = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
    remind(runtime)
    before = told(database)
    with database.unit_of_work() as session:  # as an earlier alert day would be found again
        session.scalars(select(Deadline)).one().next_alert_on = DUE
    remind(runtime)
    assert told(database) == before


def test_a_reminder_says_which_case_which_step_who_and_when(
    database: Database, cast: Cast, runtime: Runtime, clock: StandingClock, start: Callable[..., int]
) -> None:
    start()
    clock.now = datetime(2026, 10, 2, 2, 0, tzinfo=UTC)
    remind(runtime)
    payload = outbox_rows(database)[0].payload
    assert payload["title"] == {"zh": "还有 10 天到期：成立批复", "en": "Due in 10 d: Founding reply"}
    assert "某某机械有限公司" in payload["body"]["zh"]
    assert "审议中" in payload["body"]["zh"]
    assert "商会党委" in payload["body"]["zh"]
    assert "2026-10-12" in payload["body"]["zh"]
    assert "Under review" in payload["body"]["en"]
    assert payload["link"] == f"/cases/{cast.case_id}"


def test_who_no_longer_holds_the_role_is_not_told(
    database: Database, cast: Cast, runtime: Runtime, clock: StandingClock, start: Callable[..., int]
) -> None:
    start()
    with database.unit_of_work() as session:
        session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == cast.clerk)).one().valid_to = date(
            2026, 9, 30
        )
    clock.now = datetime(2026, 10, 2, 2, 0, tzinfo=UTC)
    remind(runtime)
    assert told(database) == []


def test_a_clock_the_definition_does_not_know_leaves_the_others_unharmed(
    database: Database, runtime: Runtime, clock: StandingClock, start: Callable[..., int]
) -> None:
    start(code="X99")
    known = start()
    clock.now = datetime(2026, 10, 2, 2, 0, tzinfo=UTC)
    remind(runtime)
    assert events(database) == {f"deadline:{known}:{DUE}:-10"}


def test_runs_that_start_together_tell_more_than_a_batch_of_cases_once_each_and_end_in_time(
    database: Database, cast: Cast, runtime: Runtime, clock: StandingClock
) -> None:
    with database.unit_of_work() as session:
        session.add_all(deadline_of(case_id) for case_id in more_cases(session, cast, BATCH + 5))
    clock.now = datetime(2026, 10, 2, 2, 0, tzinfo=UTC)
    barrier = Barrier(4)

    def run(_: int) -> int:
        barrier.wait()
        return remind(runtime, longest=timedelta())

    with ThreadPoolExecutor(4) as pool:
        handled = list(pool.map(run, range(4)))
    assert max(handled) <= BATCH  # what a run left when its time was over, the next one goes on with
    assert sum(handled) + remind(runtime) == BATCH + 5
    found = told(database)
    assert len(found) == len(set(found)) == BATCH + 5


class Dying(Database):
    """As a worker that is killed before it commits."""

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        with super().unit_of_work() as session:
            yield session
            raise KeyboardInterrupt


def test_a_worker_that_dies_in_a_batch_leaves_all_of_it_to_the_others(
    database: Database, runtime: Runtime, clock: StandingClock, start: Callable[..., int]
) -> None:
    deadline_id = start()
    clock.now = datetime(2026, 10, 2, 2, 0, tzinfo=UTC)
    dying = Dying(database.url)
    with pytest.raises(KeyboardInterrupt):
        remind(replace(runtime, db=dying))
    dying.dispose()
    assert told(database) == []
    assert remind(runtime) == 1
    assert events(database) == {f"deadline:{deadline_id}:{DUE}:-10"}


def test_a_case_somebody_is_acting_on_is_passed_over_until_the_next_time(
    postgres_database: Database, tmp_path: Path
) -> None:
    cast = seed(postgres_database)
    runtime = Runtime(postgres_database, tmp_path, clock=StandingClock(datetime(2026, 10, 2, 2, 0, tzinfo=UTC)))
    with postgres_database.unit_of_work() as session:
        session.add(deadline_of(cast.case_id))
    with postgres_database.unit_of_work() as session:
        session.get_one(Case, cast.case_id, with_for_update=True)
        assert remind(runtime) == 0
    assert remind(runtime) == 1


CROWD = 300
JUMPS = (timedelta(hours=1), -timedelta(hours=1), timedelta(days=1), -timedelta(days=1))


@dataclass
class JumpingClock:
    """One worker's clock: as the other's, and off by what it was set to."""

    right: StandingClock
    off: timedelta = timedelta()

    def __call__(self) -> datetime:
        return self.right() + self.off


def test_hundreds_are_told_once_each_by_two_workers_whose_clocks_jump_across_a_leap_day(
    database: Database, cast: Cast, runtime: Runtime, clock: StandingClock, tmp_path: Path
) -> None:
    due = date(2028, 3, 1)
    with database.unit_of_work() as session:
        for case_id in more_cases(session, cast, CROWD):
            row = deadline_of(case_id)
            row.due_on, row.next_alert_on = due, due - timedelta(days=10)
            session.add(row)
    clock.now = datetime(2028, 2, 19, 2, 0, tzinfo=UTC)
    for day in range(22):  # from 19 February over the 29th to 11 March
        jumping = JumpingClock(clock, JUMPS[day % len(JUMPS)])
        # A restart: nothing is known of the day before but what the database keeps.
        _both(Runtime(database, tmp_path, clock=clock), Runtime(database, tmp_path, clock=jumping))
        clock.advance(timedelta(days=1))
    remind(Runtime(database, tmp_path, clock=clock))
    found = told(database)
    assert len(found) == len(set(found))
    with database.reading() as session:
        ids = session.scalars(select(Deadline.id)).all()
        kept = [(row.event, row.user_id) for row in session.scalars(select(Notice))]
    wanted = {f"deadline:{number}:{due}:{threshold}" for number in ids for threshold in TOLD_AT}
    assert {event for event, _, _ in found} == wanted
    assert sorted(kept) == sorted((event, user) for event, user, _ in found)


def _both(*runtimes: Runtime) -> None:
    barrier = Barrier(len(runtimes))

    def run(one: Runtime) -> None:
        barrier.wait()
        remind(one)

    with ThreadPoolExecutor(len(runtimes)) as pool:
        list(pool.map(run, runtimes))
