"""F1 to F4: web, worker, beat and broker are killed at random points, and nothing that was answered is lost."""

from __future__ import annotations

from tests.faults.clients import clients_at_work
from tests.faults.driver import Broker, kill_at_random
from tests.faults.figures import report
from tests.faults.options import option
from tests.faults.trial import Ground, trial


def test_f1_f2_f3_whatever_is_killed_each_answer_is_true_and_everybody_is_told(ground: Ground) -> None:
    with trial("F1", ground, actions=option("actions", 2000), cases=option("cases", 16)) as at:
        web, at.board.port = at.site.web()
        options = ("-P", "threads", "-c", "4") if at.database.is_sqlite else ("-c", "2")
        worker, beat = at.site.worker(*options), at.site.beat()
        with clients_at_work(at.board):
            kill_at_random(at, [web, web, worker, worker, beat, Broker(ground.broker)], option("kills", 20))
        drained = at.drain()
        report(at, at.judge(), drained=drained)
