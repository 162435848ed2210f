"""The first page: what needs a hand, whether the clocks run, how much waits."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from web.auth.access import roles
from web.broker import broker_state
from web.context import now, reading, settings
from web.operating.blueprint import bp
from workflow.queries.deliveries import CHANNEL_NAMES
from workflow.queries.incidents import incidents
from workflow.queries.operating import running

# So many incidents stand on the first page.
FIRST = 10


@bp.get("")
@roles("admin")
def show() -> ResponseReturnValue:
    return render_template(
        "operating/show.html",
        running=running(reading(), now()),
        incidents=incidents(reading(), limit=FIRST),
        broker=broker_state(settings().redis_url),
        channel_names=CHANNEL_NAMES,
    )
