"""F1 to F4: web, worker, beat and broker are killed at random points, and nothing that was answered is lost."""

from __future__ import annotations

import time

from tests.faults.clients import clients_at_work
from tests.faults.driver import Server, Victim, kill_at_random
from tests.faults.figures import report
from tests.faults.options import option
from tests.faults.population import new_cases
from tests.faults.trial import Ground, trial
from tests.servers import wait_until

ANSWERS = 5  # of a mail server to one mail


def test_f1_f2_f3_whatever_is_killed_each_answer_is_true_and_everybody_is_told(killable_ground: Ground) -> None:
    """A kill between commit and publish is among them: the relay is killed as often as the worker it runs in."""
    ground, actions = killable_ground, option("actions", 2000)
    # A case takes some sixty actions until it is at its end.
    with trial("F1", ground, actions=actions, cases=option("cases", max(16, actions // 50))) as at:
        web, at.board.port = at.site.web()
        options = ("-P", "threads", "-c", "4") if at.database.is_sqlite else ("-c", "2")
        worker, beat = at.site.worker(*options), at.site.beat()
        victims: list[Victim] = [web, web, worker, worker, beat, Server("broker", ground.broker)]
        victims += [Server("PostgreSQL", ground.postgres)] if ground.postgres else []
        began = time.monotonic()
        with clients_at_work(at.board):
            kill_at_random(at, victims, option("kills", 20))
        acted = time.monotonic() - began
        drained = at.drain()
        report(at, at.judge(), seconds=acted, drained=drained)


def test_f4_what_a_killed_worker_was_telling_is_told_by_the_next(postgres_ground: Ground) -> None:
    """It takes thirty seconds over each of two mails when it is killed; the next takes longer than a lease."""
    with trial("F4", postgres_ground, cases=1) as at:
        at.site.beat()
        worker = at.site.worker("-c", "4")
        wait_until(lambda: at.sink.callers > 0, "the first mail")
        at.drain()
        before, mails = at.sink.callers, len(at.sink.mails())
        at.sink.behave(pause=30 / ANSWERS)
        new_cases(at.district, 2)
        wait_until(lambda: at.sink.callers >= before + 2, "two mails under way")
        worker.kill()
        assert len(at.sink.mails()) == mails
        at.sink.behave(pause=8 / ANSWERS)
        began, worker.pid = time.monotonic(), worker.start()
        wait_until(lambda: at.sink.callers >= before + 4, "the next try")
        resumed = time.monotonic() - began
        at.drain()
        facts = at.judge()
        assert set(facts.arrived["email"].values()) == {1}, "a delivery longer than its lease was doubled"
        report(at, facts, resumed=resumed)
