"""What the web asks the broker: whether it answers, and how much waits in each queue. It never sends a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qs, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from workflow.queue_names import PREFIX, QUEUES

# A page or a probe must not wait longer for a broker that is silent.
PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class BrokerState:
    """`answers` is None where no broker is set up for this process; `depths` has the messages of each queue."""

    answers: bool | None
    depths: Mapping[str, int] = field(default_factory=dict)


def broker_state(url: str) -> BrokerState:
    if not url.startswith(("redis", "unix")):
        return BrokerState(None)
    try:
        with _client(url).pipeline(transaction=False) as asked:
            for queue in QUEUES:
                asked.llen(PREFIX + queue)
            return BrokerState(True, dict(zip(QUEUES, asked.execute(), strict=True)))
    except RedisError:
        return BrokerState(False)


@cache
def _client(url: str) -> Redis:
    return Redis.from_url(
        _address(url), socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
    )


def _address(url: str) -> str:
    """Celery's way to write a socket (`redis+socket://`) is not the client's own."""
    if not url.startswith("redis+socket://"):
        return url
    parts = urlsplit(url)
    return f"unix://{parts.path}?db={parse_qs(parts.query).get('virtual_host', ['0'])[0]}"
