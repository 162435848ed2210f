"""The sign of life of a delivery: while it runs its lease is renewed; when its worker is killed, the lease runs out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from workflow.models import OutboxRow

log = structlog.get_logger(__name__)

# A delivery that hangs must not hold its row for ever: longer than the time limit of the task (`tasks/notify.py`).
LONGEST_DELIVERY = 45.0


@contextmanager
def kept(row: OutboxRow, renew: Callable[[OutboxRow], bool], every: float) -> Iterator[None]:
    """Renews the lease every so many seconds until the block ends, from a thread that ends with its process."""
    is_over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(row, renew, every, is_over), name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()


def _keep(row: OutboxRow, renew: Callable[[OutboxRow], bool], every: float, is_over: threading.Event) -> None:
    for _ in range(int(LONGEST_DELIVERY / every)):
        if is_over.wait(every):
            return
        try:
            if not renew(row):
                return
        except SQLAlchemyError as error:
            # The database may be back before the lease runs out.
            log.warning("lease_not_renewed", outbox_id=row.id, error=type(error).__name__)
