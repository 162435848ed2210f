"""F18: webs and workers are ended well, one after the other, under load. Nobody sees an error."""

from __future__ import annotations

from tests.faults.clients import acted, clients_at_work
from tests.faults.figures import report, slowest
from tests.faults.front import front
from tests.faults.options import option
from tests.faults.trial import Ground, trial


def test_f18_a_rolling_restart_is_seen_by_nobody(postgres_ground: Ground) -> None:
    with trial("F18", postgres_ground, actions=1 << 30, clients=3) as at:
        webs = [at.site.gunicorn() for _ in range(2)]
        workers = [at.site.worker("-c", "1") for _ in range(2)]
        at.site.beat()
        at.board.keeps_connections = False  # as a reverse proxy passes each request on
        with front([port for _, port in webs]) as at.board.port, clients_at_work(at.board):
            for _ in range(option("rounds", 1)):
                for part in (*(web for web, _ in webs), *workers):
                    acted(at.board, 15)
                    at.history.event(f"SIGTERM {part.what}")
                    part.term()
                    part.again()
            at.board.over.set()
        drained = at.drain()
        report(at, at.judge(), p95=slowest(at.history.tries), drained=drained)
        assert {one.status for one in at.history.tries} <= {200, 409, 422}, "a restart was seen"
        assert at.board.unread == 0
