"""The one list of what beat sends and how often. Two beats only double the ticks, and every tick is idempotent.

Ticks do not expire: Celery compares two machines' clocks for that, and one that is a minute off would stop everything.
"""

from __future__ import annotations

MINUTE = 60.0

SCHEDULE = {
    "relay": {"task": "tasks.relay.publish_due", "schedule": 1.0},
    "imports": {"task": "tasks.imports.run_waiting", "schedule": 2.0},
    "moves": {"task": "tasks.moves.run_waiting", "schedule": 2.0},
    # One look into an index. Who is told of a day waits for it at midnight, all at once.
    "reminders": {"task": "tasks.deadlines.remind_due", "schedule": 2.0},
    # One look at a table of few rows, unless a calendar has come.
    "calendar": {"task": "tasks.workdays.recompute_due", "schedule": 10.0},
    "reconciler": {"task": "tasks.reconciler.look_over", "schedule": 10 * MINUTE},
    # Wanted once a night; a second look changes nothing.
    "conditions": {"task": "tasks.conditions.watch_branches", "schedule": 60 * MINUTE},
    "cleanup": {"task": "tasks.cleanup.remove_old", "schedule": 60 * MINUTE},
}
