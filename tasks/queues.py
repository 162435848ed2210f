"""The one list of queues, and of what goes where. Separate queues, not priorities: Redis keeps those only roughly."""

from __future__ import annotations

NOTIFY = "notify"  # one message for each notice to be told
TIMERS = "timers"  # the ticks: relay, reminders, cleanup
IMPORTS = "imports"  # long runs

QUEUES = (NOTIFY, TIMERS, IMPORTS)

ROUTES = {
    "tasks.cleanup.*": {"queue": TIMERS},
    "tasks.conditions.*": {"queue": TIMERS},
    "tasks.deadlines.*": {"queue": TIMERS},
    "tasks.imports.*": {"queue": IMPORTS},
    "tasks.moves.*": {"queue": IMPORTS},
    "tasks.notify.*": {"queue": NOTIFY},
    "tasks.relay.*": {"queue": TIMERS},
    "tasks.workdays.*": {"queue": IMPORTS},
}
