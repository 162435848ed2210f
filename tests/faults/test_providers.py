"""F15: a mail server that refuses, hangs, or costs its worker the life. Nobody else waits for it."""

from __future__ import annotations

import os
import signal
import time

from sqlalchemy import select, update

from tests.faults.figures import report
from tests.faults.options import option
from tests.faults.population import new_cases
from tests.faults.trial import Ground, Trial, trial
from tests.processes import children_of
from tests.servers import wait_until
from workflow.clock import utc_now
from workflow.models import OutboxRow


def test_f15_a_mail_server_that_refuses_hangs_or_kills_delays_nobody_else(postgres_ground: Ground) -> None:
    with trial("F15", postgres_ground, cases=1) as at:
        at.site.beat()
        worker = at.site.worker("-c", "4")
        at.drain()
        usual = _delay(at)

        at.sink.behave(MAIL=b"451 later")
        new_cases(at.district, 3)
        refused = _delay(at)
        assert "SMTPSenderRefused: 451" in _errors(at)
        at.sink.behave(pause=option("hang_seconds", 60))  # longer than anybody waits for an answer
        calls = at.sink.callers
        _let_mail_be_due(at)
        wait_until(lambda: at.sink.callers >= calls + 2, "two workers at the mail server that hangs")
        hanging, called = _delay(at), _webhook_delay(at)
        for _ in range(2):
            calls = at.sink.callers
            _kill_children(worker.pid)
            _let_mail_be_due(at)
            wait_until(lambda calls=calls: at.sink.callers > calls, "the next try")  # type: ignore[misc]
        killed = _delay(at)

        at.sink.behave()
        wait_until(lambda: _let_mail_be_due(at) == 0, "every mail")
        report(at, at.judge(), usual=usual, refused=refused, hanging=hanging, killed=killed, webhook=called)


def _delay(at: Trial) -> float:
    """The longest any in-app notice of twenty actions waited, in seconds."""
    since = utc_now()
    case_id = at.board.cases[0]
    for _ in range(10):
        at.district.clock.now = utc_now()
        at.district.do(case_id, "clerk", "return", reason="请补正")
        at.district.do(case_id, at.board.instructors[case_id], "submit")
    mine = (OutboxRow.channel == "in_app", OutboxRow.created_at >= since)

    def told() -> list[tuple[object, ...]]:
        with at.database.reading() as session:
            return [tuple(row) for row in session.execute(select(OutboxRow.created_at, OutboxRow.sent_at).where(*mine))]

    wait_until(lambda: all(sent for _, sent in told()), "all in-app notices")
    return max((sent - created).total_seconds() for created, sent in told())  # type: ignore[operator]


def _webhook_delay(at: Trial) -> float:
    """How long a webhook takes, in seconds, from what it tells of."""
    before, began = len(at.sink.webhooks()), time.monotonic()
    new_cases(at.district, 1, at.sink)
    wait_until(lambda: len(at.sink.webhooks()) > before, "a webhook", within=option("hang_seconds", 60) / 2)
    return time.monotonic() - began


def _errors(at: Trial) -> set[str | None]:
    wait_until(lambda: _failed_once(at) != set(), "a failed attempt")
    return _failed_once(at)


def _failed_once(at: Trial) -> set[str | None]:
    with at.database.reading() as session:
        return set(session.scalars(select(OutboxRow.last_error).where(OutboxRow.last_error.is_not(None))))


def _let_mail_be_due(at: Trial) -> int:
    """Stands for the minutes between two attempts; answers how much mail is not sent yet."""
    waits = (OutboxRow.channel == "email", OutboxRow.status == "new")
    with at.database.unit_of_work() as session:
        session.execute(update(OutboxRow).where(*waits).values(due_at=utc_now(), attempts=0))
    return at.waiting()


def _kill_children(worker: int) -> None:
    """As the kernel does when a message makes a worker too large: the child that has it, not the parent."""
    for child in children_of(worker):
        os.kill(child, signal.SIGKILL)
