"""The queues between the ticks and the workers, by the names the broker keeps them under."""

from __future__ import annotations

NOTIFY = "notify"  # one message for each notice to be told
TIMERS = "timers"  # the ticks: relay, reminders, reconciler, cleanup
IMPORTS = "imports"  # long runs

QUEUES = (NOTIFY, TIMERS, IMPORTS)

# Before every key in the broker, so that it may be shared.
PREFIX = "zujian:"
