"""F8, F9: PostgreSQL is restarted, killed, cut off. People hear so in time, and all goes on by itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.faults.clients import acted, clients_at_work
from tests.faults.figures import report
from tests.faults.history import Try
from tests.faults.options import option
from tests.faults.proxy import Proxy
from tests.faults.trial import Ground, Trial, trial
from tests.servers import PostgresServer, wait_until

ANSWERED_WITHIN = 15.0  # ten is what is promised; a machine that is busy with others may be slower


def test_f8_a_database_that_is_restarted_and_killed_loses_nothing(
    remote_ground: Ground, own_postgres: PostgresServer
) -> None:
    with trial("F8", remote_ground, actions=1 << 30) as at:
        _, at.board.port = at.site.web()
        at.site.beat()
        at.site.worker("-c", "2")
        with clients_at_work(at.board):
            acted(at.board, 30)
            waits = [_restart(at, own_postgres.restart, "restarted") for _ in range(option("restarts", 1))]
            waits += [_restart(at, lambda: _kill(own_postgres), "killed") for _ in range(option("crashes", 1))]
            at.board.over.set()
        drained = at.drain()
        report(at, at.judge(), normal_after=max(waits), drained=drained)
        assert {one.status for one in at.history.tries} <= {200, 409, 422, 503}


def test_f9_a_database_that_is_cut_off_is_given_up_in_time_and_found_again(remote_ground: Ground) -> None:
    assert remote_ground.wire is not None
    with trial("F9", remote_ground, actions=1 << 30) as at:
        _, at.board.port = at.site.web()
        at.site.beat()
        at.site.worker("-c", "2")
        with clients_at_work(at.board):
            acted(at.board, 60)
            spells = [_cut(at, remote_ground.wire) for _ in range(option("cuts", 1))]
            at.board.over.set()
        drained = at.drain()
        during = [one for spell, _ in spells for one in spell]
        # Of all tries: who was cut off must hold up nobody afterwards either.
        slowest = max(one.seconds for one in at.history.tries)
        report(at, at.judge(), slowest=slowest, normal_after=max(normal for _, normal in spells), drained=drained)
        assert any(one.status == 503 for one in during), "while it was cut off nobody was told so"
        assert slowest <= ANSWERED_WITHIN


def _cut(at: Trial, wire: Proxy) -> tuple[list[Try], float]:
    """The tries of the time in which nothing came through, and how long afterwards all was normal."""
    at.history.event("cut")
    wire.cut()
    before, end = len(at.history.tries), time.monotonic() + option("cut_seconds", 12)
    wait_until(lambda: time.monotonic() >= end, "the end of the cut", within=600)
    during = at.history.tries[before:]
    return during, _restart(at, wire.heal, "healed")


def _kill(server: PostgresServer) -> None:
    server.kill()
    server.start()


def _restart(at: Trial, harm: Callable[[], None], what: str) -> float:
    """Answers how many seconds after the database was back an action succeeded again, as everybody's does then."""
    at.history.event(what)
    harm()
    back, seen = time.monotonic(), len(at.history.tries)
    wait_until(lambda: any(one.result == "ok" for one in at.history.tries[seen:]), "an action that succeeds")
    normal = time.monotonic() - back
    acted(at.board, 30)
    return normal
