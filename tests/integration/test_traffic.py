"""How much one action asks of its database: a read that every action would pay for is seen here when it comes.

Who raises a number here says with it what the action got for that.
"""

from __future__ import annotations

from dataclasses import replace

from tests.district import District
from tests.traffic import Traffic, counted
from workflow.database import Database
from workflow.engine import Command, perform
from workflow.runtime import Runtime

# Until the driver has prepared each statement on the server.
BEFORE = 8
# Four reads (the case, what stands on it, the actor's roles, whom to tell); BEGIN and COMMIT; the rest is written:
# clocks stopped and started, entry, content, case, item closed and opened, a notice for each of three people.
RETURNED = 4 + 2 + 11
# Two more for its guards: the papers there are, other open cases of the enterprise. One clock less is stopped, one
# more started, and four people are told.
SUBMITTED = 6 + 2 + 12


def test_an_action_asks_and_writes_no_more_than_it_has_to(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    returning = Command(case_id, "return", district.people["clerk"], reason="请补正")
    submitting = Command(case_id, "submit", district.people["instructor"])
    # However slow the machine is, no connection rests long enough to be asked whether it lives.
    database = Database(district.db.url, rest=3600)
    runtime = replace(district.runtime, db=database)
    for _ in range(BEFORE):
        perform(runtime, returning)
        perform(runtime, submitting)
    returned, submitted = _traffic(runtime, returning), _traffic(runtime, submitting)
    database.dispose()
    # Reads with the lock, whom to tell, all that is written, COMMIT; each guard that asks goes by itself.
    trips = (0, 0) if database.is_sqlite else (4, 6)
    assert (returned, submitted) == (Traffic(RETURNED, trips[0]), Traffic(SUBMITTED, trips[1]))


def _traffic(runtime: Runtime, command: Command) -> Traffic:
    with counted(runtime.db) as found:
        perform(runtime, command)
    return found
