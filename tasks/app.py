"""The one place where Celery is configured. `celery -A tasks.app worker` and `celery -A tasks.app beat` start here.

Run workers with `--without-mingle --without-gossip`: what they lose is talk between workers, and without it they
take up work again after a broken connection most reliably. Workers run prefork; the one-command run, on a single
machine, runs threads (there the time limits below do nothing, so every network call has a timeout of its own).
"""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery, signals
from celery.beat import SchedulingError
from kombu.transport import TRANSPORT_ALIASES

from tasks import context
from tasks.queues import ROUTES
from tasks.schedule import SCHEDULE
from workflow.errors import SettingsError
from workflow.logs import configure_logs, formatter_for
from workflow.queue_names import PREFIX, QUEUES, TIMERS
from workflow.text import Text

app = Celery(
    "zujian",
    include=[
        "tasks.cleanup",
        "tasks.conditions",
        "tasks.deadlines",
        "tasks.imports",
        "tasks.moves",
        "tasks.notify",
        "tasks.reconciler",
        "tasks.relay",
        "tasks.strays",
        "tasks.workdays",
    ],
)

# Whatever way the broker's address is written, what it holds is read by this.
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "tasks.broker:Transport"))

# Threads find the application by this; without it a retry in a pool thread would go to a broker that is not there.
app.set_default()


def configuration() -> dict[str, Any]:
    """Read when first needed, not at import: importing a task must not need an environment."""
    return {
        "broker_url": _broker(),
        # A message counts as done when its task has ended, not when it has begun: a killed worker loses nothing.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        # What a worker holds in advance waits behind the task it runs, and for the visibility timeout if it dies.
        "worker_prefetch_multiplier": 1,
        # Results are rows in the database.
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        # The broker may be away for as long as it likes; a worker that gives up would need a person.
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # The relay publishes again by itself; a publish that waits would only hold its worker.
        "task_publish_retry_policy": {"max_retries": 0},
        # For a task that hangs. `deliver` and the long runs have their own limits.
        "task_soft_time_limit": 60,
        "task_time_limit": 90,
        "broker_transport_options": {
            # Longer than every task but long runs, which guard themselves by their heartbeat. No task uses a countdown.
            "visibility_timeout": 600,
            # Looked at every 10 s, not at every 10th of these looks: work of a dead worker comes back in time.
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "global_keyprefix": PREFIX,
            # A broker that accepts and does not answer must be noticed.
            "socket_timeout": 10,
            "socket_connect_timeout": 3,
            "socket_keepalive": True,
            "health_check_interval": 25,
        },
        "task_default_queue": TIMERS,
        "task_routes": ROUTES,
        "task_queues": {name: {"exchange": name, "routing_key": name} for name in QUEUES},
        "beat_schedule": SCHEDULE,
    }


def _broker() -> str:
    """Raises SettingsError where none is named: a worker and a beat that guess would wait for each other in vain."""
    url = context.settings().redis_url
    if not url:
        raise SettingsError(
            Text(
                "缺少 REDIS_URL：worker 和 beat 需要它；单机运行请用 zujian run",
                "REDIS_URL is missing: worker and beat need it; on a single machine use `zujian run`",
            )
        )
    return url


app.add_defaults(configuration)


@signals.after_setup_logger.connect  # type: ignore[untyped-decorator]
def quiet_ticks(logger: logging.Logger | None = None, **_: object) -> None:
    """Celery tells of each message it sends, takes and ends; with a tick every second nothing else would be seen."""
    configure_logs()
    for handler in logger.handlers if logger else ():
        handler.setFormatter(formatter_for(context.settings().log_format))
    for name in ("celery.app.trace", "celery.beat", "celery.worker.strategy"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("celery.beat").addFilter(in_one_line)


def in_one_line(record: logging.LogRecord) -> bool:
    """While the broker is away every tick fails, once a second: beat would tell each with two call stacks."""
    if record.exc_info and isinstance(record.exc_info[1], SchedulingError):
        record.msg, record.args, record.exc_info = "%s", (record.exc_info[1],), None
    return True


@signals.worker_init.connect  # type: ignore[untyped-decorator]
def prepare(**_: object) -> None:
    """Once for each worker, before its threads or children begin: so that they share one, not race for it."""
    context.courier()


@signals.worker_process_init.connect  # type: ignore[untyped-decorator]
def forget_connections(**_: object) -> None:
    """A forked child must not use, nor close, the database connections of its parent."""
    context.runtime().db.engine.dispose(close=False)
