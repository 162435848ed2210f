"""What must be told, written with the change it tells of, and the lease that lets several workers share the telling.

The database alone knows what is still to be sent. Nothing here commits; the caller's unit of work does.
"""

from workflow.outbox.leases import LEASE, LONG_LEASE, LONGEST_WAIT, MAX_ATTEMPTS, wait_after
from workflow.outbox.marks import claim, mark_attempt_failed, mark_sent, mark_told, not_told, renew
from workflow.outbox.rows import (
    HANDED_OUT,
    IN_APP,
    OUTSIDE,
    WAITING,
    Status,
    notices_told,
    row_of,
    rows_for,
)
from workflow.outbox.taking import IN_APP_AT_ONCE, give_back, take_due, take_inside
from workflow.outbox.withdrawing import withdraw

__all__ = [
    "HANDED_OUT",
    "IN_APP",
    "IN_APP_AT_ONCE",
    "LEASE",
    "LONGEST_WAIT",
    "LONG_LEASE",
    "MAX_ATTEMPTS",
    "OUTSIDE",
    "WAITING",
    "Status",
    "claim",
    "give_back",
    "mark_attempt_failed",
    "mark_sent",
    "mark_told",
    "not_told",
    "notices_told",
    "renew",
    "row_of",
    "rows_for",
    "take_due",
    "take_inside",
    "wait_after",
    "withdraw",
]
