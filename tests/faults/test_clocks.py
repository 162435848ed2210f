"""F17: a worker's clock is an hour or a day off. Nobody is reminded twice, nobody waits for the wrong clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.district import District
from tests.faults.clients import acted, clients_at_work
from tests.faults.figures import report
from tests.faults.options import option
from tests.faults.trial import Ground, trial
from workflow.clock import local_day
from workflow.ledger import verify
from workflow.models import Deadline, OutboxRow
from workflow.reminders import remind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("off", [HOUR, -HOUR, DAY, -DAY], ids=str)
def test_f17_workers_whose_clocks_differ_remind_of_the_same_and_once(sqlite_district: District, off: timedelta) -> None:
    district = sqlite_district
    case_ids = [district.walk(district.open(firm), until="submitted") for firm in ("first", "second")]
    wrong = replace(district.runtime, clock=lambda: district.clock() + off)
    for _ in range(40):
        remind(wrong)
        remind(district.runtime)
        district.clock.advance(days=1)
    reminded = Counter(_reminders(district))
    assert reminded, "no deadline came near"
    assert set(reminded.values()) == {1}
    assert _reached(district, off) <= {event for event, _ in reminded}
    with district.db.reading() as session:
        assert all(verify(session, case_id).ok for case_id in case_ids)


def _reminders(district: District) -> list[tuple[str, int]]:
    told = select(OutboxRow.event, OutboxRow.user_id).where(OutboxRow.kind == "deadline")
    with district.db.reading() as session:
        return [(row.event, row.user_id) for row in session.execute(told)]


def _reached(district: District, off: timedelta) -> set[str]:
    """Every threshold before or at the day a deadline is due that was reached by the later of the two clocks."""
    today = local_day(max(district.clock(), district.clock() + off) - DAY)
    definition = district.runtime.branch_formation
    with district.db.reading() as session:
        clocks = session.scalars(select(Deadline).where(Deadline.status == "running")).all()
    return {
        f"deadline:{clock.id}:{clock.due_on}:{days}"
        for clock in clocks
        for days in definition.deadlines[clock.code].alerts
        if days <= 0 and clock.due_on + timedelta(days=days) <= today
    }


def test_f17_what_a_worker_with_a_wrong_clock_had_in_hand_is_told_by_the_others(postgres_ground: Ground) -> None:
    with trial("F17", postgres_ground, cases=4, actions=1 << 30, clients=4) as at:
        _, at.board.port = at.site.web()
        at.site.beat()
        at.site.worker("-P", "threads", "-c", "2")
        wrong = at.site.worker("-P", "threads", "-c", "2", clock_off=3600)
        with clients_at_work(at.board):
            acted(at.board, option("clock_actions", 40))
            at.history.event("kill the worker whose clock is wrong")
            wrong.kill()
            acted(at.board, 10)
            at.board.over.set()
        drained = at.drain()
        report(at, at.judge(), drained=drained)
