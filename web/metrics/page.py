"""`/metrics`: for whoever asks on this machine, or brings the token of the settings."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from ipaddress import ip_address

from flask import Blueprint, Response, request
from sqlalchemy.pool import QueuePool

from web.auth.access import public
from web.broker import broker_state
from web.context import now, runtime, settings
from web.metrics.exposition import CONTENT_TYPE, Family, Sample, written
from web.metrics.requests import figures
from workflow.errors import NotPermitted
from workflow.queries.measures import Measures, measures
from workflow.text import Text

bp = Blueprint("metrics", __name__)

NOT_HERE = Text(
    "请在本机读取，或带上 METRICS_TOKEN 的令牌",
    "Ask from this machine, or send METRICS_TOKEN as a bearer token",
)
# Who sets one of these stands between: the address is then the proxy's, and says nothing.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")


@bp.get("/metrics")
@public
def show() -> Response:
    """Figures in the text format of Prometheus; 403 for strangers, 503 while the database is away."""
    if not (_has_token() or _is_at_home()):
        raise NotPermitted("metrics", NOT_HERE)
    with runtime().db.reading() as session:
        found = measures(session, now())
    families = [*_of_database(found), *_of_broker(), *_of_pool(), *figures().families()]
    return Response(written(families), content_type=CONTENT_TYPE)


def _has_token() -> bool:
    sent, wanted = request.headers.get("Authorization", ""), settings().metrics_token
    return bool(wanted) and hmac.compare_digest(sent.encode(), f"Bearer {wanted}".encode())


def _is_at_home() -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:  # a socket has no address
        return False


def _of_database(found: Measures) -> Iterator[Family]:
    waiting, oldest = [], []
    for line in found.backlog:
        waiting += [
            Sample(line.due, {"channel": line.channel, "when": "due"}),
            Sample(line.later, {"channel": line.channel, "when": "later"}),
        ]
        oldest.append(Sample(line.oldest.total_seconds() if line.oldest else 0, {"channel": line.channel}))
    yield Family("zujian_outbox_messages", "gauge", "Messages that wait, by channel.", tuple(waiting))
    yield Family("zujian_outbox_oldest_seconds", "gauge", "How long the oldest message is due.", tuple(oldest))
    told = tuple(Sample(n, {"channel": channel, "result": result}) for (channel, result), n in found.last_hour.items())
    yield Family("zujian_deliveries_last_hour", "gauge", "Messages by how their last attempt ended.", told)
    overdue = Sample(found.overdue)
    yield Family("zujian_deadlines_overdue", "gauge", "Running deadlines past their day.", (overdue,))
    kinds = tuple(Sample(number, {"kind": kind}) for kind, number in found.incidents.items())
    yield Family("zujian_incidents_open", "gauge", "Incidents nobody has settled, by kind.", kinds)
    ages = tuple(Sample(t.age.total_seconds(), {"tick": t.name}) for t in found.ticks if t.age is not None)
    yield Family("zujian_tick_age_seconds", "gauge", "Since a periodic task last ended.", ages)
    limits = tuple(Sample(t.limit.total_seconds(), {"tick": t.name}) for t in found.ticks)
    yield Family("zujian_tick_limit_seconds", "gauge", "How long a periodic task may be silent.", limits)


def _of_broker() -> Iterator[Family]:
    state = broker_state(settings().redis_url)
    if state.answers is not None:
        yield Family("zujian_broker_up", "gauge", "Whether the broker answers.", (Sample(float(state.answers)),))
    depths = tuple(Sample(depth, {"queue": queue}) for queue, depth in state.depths.items())
    yield Family("zujian_queue_messages", "gauge", "Messages in the broker's queues.", depths)


def _of_pool() -> Iterator[Family]:
    pool = runtime().db.engine.pool
    if isinstance(pool, QueuePool):
        uses = (Sample(pool.checkedout(), {"state": "in_use"}), Sample(pool.checkedin(), {"state": "idle"}))
        yield Family("zujian_database_connections", "gauge", "Connections of this process to the database.", uses)
