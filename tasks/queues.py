"""The one list of what goes where. Separate queues, not priorities: Redis keeps those only roughly."""

from __future__ import annotations

from workflow.queue_names import IMPORTS, NOTIFY, TIMERS

ROUTES = {
    "tasks.cleanup.*": {"queue": TIMERS},
    "tasks.conditions.*": {"queue": TIMERS},
    "tasks.deadlines.*": {"queue": TIMERS},
    "tasks.imports.*": {"queue": IMPORTS},
    "tasks.moves.*": {"queue": IMPORTS},
    "tasks.notify.*": {"queue": NOTIFY},
    "tasks.reconciler.*": {"queue": TIMERS},
    "tasks.relay.*": {"queue": TIMERS},
    "tasks.workdays.*": {"queue": IMPORTS},
}
