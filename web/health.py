"""Two questions of an operator: does the process answer, and can it work."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from web.auth.access import public
from web.context import now, runtime, today
from workflow.models import Tick

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers; it asks nothing else, so a slow database does not get it restarted."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The database answers; `ticks` says how many seconds ago each periodic task last ended.

    `calendar_missing` are years whose official calendar is wanted by now: a warning, and no failure.
    """
    try:
        with runtime().db.reading() as session:
            ticks = {tick.name: round((now() - tick.at).total_seconds()) for tick in session.scalars(select(Tick))}
    except SQLAlchemyError:
        return jsonify(status="unavailable", database="unreachable"), 503
    missing = runtime().calendar.missing_years(today())
    return jsonify(status="ok", database="ok", ticks=ticks, calendar_missing=missing)
