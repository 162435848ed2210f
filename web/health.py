"""Two questions of an operator: does the process answer, and can it work."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from web.auth.access import public
from web.broker import BrokerState, broker_state
from web.context import now, runtime, settings, today
from workflow.health import RELAY, TickLine, tick_lines

bp = Blueprint("health", __name__)

BROKER_WORDS = {True: "ok", False: "unreachable", None: "not set"}


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers; it asks nothing else, so a slow database does not get it restarted."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """`unavailable` (503) without the database, `degraded` where notices are late: the broker is away, or a periodic
    task has been silent for longer than it may. `ticks` says how many seconds ago each last ended; `calendar_missing`
    are years whose official calendar is wanted by now: a warning, and no failure.
    """
    try:
        with runtime().db.reading() as session:
            ticks = tick_lines(session, now())
    except SQLAlchemyError:
        return jsonify(status="unavailable", database="unreachable"), 503
    broker = broker_state(settings().redis_url)
    reasons = _reasons(broker, ticks)
    return jsonify(
        status="degraded" if reasons else "ok",
        database="ok",
        broker=BROKER_WORDS[broker.answers],
        reasons=reasons,
        ticks={tick.name: round(tick.age.total_seconds()) for tick in ticks if tick.age is not None},
        calendar_missing=runtime().calendar.missing_years(today()),
    )


def _reasons(broker: BrokerState, ticks: Sequence[TickLine]) -> list[str]:
    """Cases move on all the same: what is late are notices and reminders."""
    silent = [tick for tick in ticks if tick.is_silent]
    return [
        *(["the broker does not answer: notices are delayed"] if broker.answers is False else []),
        *(
            f"{tick.name} last ended {tick.age.total_seconds():.0f} s ago, may be silent for "
            f"{tick.limit.total_seconds():.0f} s"
            for tick in silent
            if tick.age is not None
        ),
        *(["the relay never ran: is there a worker and a beat?"] if _never_ran(ticks) else []),
    ]


def _never_ran(ticks: Sequence[TickLine]) -> bool:
    return any(tick.name == RELAY and tick.age is None for tick in ticks)
