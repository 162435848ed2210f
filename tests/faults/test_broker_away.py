"""F5, F6: the broker is away, frozen, wiped. Nobody who acts notices, and everybody is told afterwards."""

from __future__ import annotations

import signal
import time

from tests.faults.clients import acted, clients_at_work
from tests.faults.figures import report, slowest
from tests.faults.options import option
from tests.faults.population import new_cases
from tests.faults.trial import Ground, Trial, trial
from tests.servers import wait_until

NOTICES = 500  # in CI
CLIENTS = 4


def test_f5_f6_without_a_broker_all_actions_are_answered_and_the_notices_follow(postgres_ground: Ground) -> None:
    spell, broker = option("seconds", 30), postgres_ground.broker
    # Each action tells two people or three, but some is taken back before anybody is told.
    share = option("notices", NOTICES) * 2 // 5
    with trial("F5", postgres_ground, cases=max(16, share // 40), actions=1 << 30, clients=CLIENTS) as at:
        _, at.board.port = at.site.web()
        at.site.beat()
        at.site.worker("-c", "2", "-Q", "timers")
        teller = at.site.worker("-P", "threads", "-c", "4", "-Q", "notify")
        at.board.thinks = 0.8 * CLIENTS * spell / share
        with clients_at_work(at.board):
            at.history.event("broker killed")
            broker.kill()
            _act_for(at, spell, share)
            broker.broker.forget()
            broker.start()
            at.history.event("broker frozen")
            broker.freeze()
            _act_for(at, spell / 3, share // 3)
            broker.thaw()
            teller.signal(signal.SIGSTOP)
            new_cases(at.district, 3)
            acted(at.board, 10)
            wait_until(lambda: _queued(at) > 0, "messages in the queue")
            at.history.event("broker wiped")
            broker.flush()
            at.board.over.set()
        teller.signal(signal.SIGCONT)
        drained = at.drain()
        facts = at.judge()
        report(at, facts, p95=slowest(at.history.tries), drained=drained)
        assert {one.status for one in at.history.tries} <= {200, 409, 422}, "somebody noticed that the broker was away"
        assert len(facts.notices) >= option("notices", NOTICES)


def _act_for(at: Trial, seconds: float, tries: int) -> None:
    """At least so long and at least so much."""
    end = time.monotonic() + seconds
    acted(at.board, tries, within=seconds + 600)
    wait_until(lambda: time.monotonic() >= end, "the end of the spell", within=seconds + 600)


def _queued(at: Trial) -> int:
    return int(at.ground.broker.command(b"LLEN zujian:notify").removeprefix(b":"))
