"""Messages no task of ours can take: each becomes an incident, and the queue goes on behind it."""

from __future__ import annotations

from typing import Any

import structlog
from celery import signals
from kombu.exceptions import ContentDisallowed, DecodeError
from sqlalchemy.exc import SQLAlchemyError

from tasks import context
from workflow.incidents import Finding, Kind, raise_incident

log = structlog.get_logger(__name__)

LONGEST_NAME = 100


@signals.task_unknown.connect  # type: ignore[untyped-decorator]
def unknown(name: Any = None, **_: object) -> None:
    named = str(name)[:LONGEST_NAME]
    _report(Finding(Kind.TASK_UNKNOWN, f"task:{named}", "no task of this name; from another version of the product?"))


@signals.task_rejected.connect  # type: ignore[untyped-decorator]
def rejected(message: Any = None, exc: Exception | None = None, **_: object) -> None:
    """A message in a form or of a content that is not read here."""
    queue = (getattr(message, "delivery_info", None) or {}).get("routing_key")
    _report(Finding(Kind.TASK_UNREADABLE, f"queue:{queue}", type(exc).__name__ if exc else "not a task's message"))


def unreadable(queue: str, error: Exception) -> None:
    """What stood in a queue and is no message at all."""
    _report(Finding(Kind.TASK_UNREADABLE, f"queue:{queue}", type(error).__name__))


@signals.task_failure.connect  # type: ignore[untyped-decorator]
def failed(sender: Any = None, exception: BaseException | None = None, **_: object) -> None:
    """Of tasks that failed, those whose message could not be read: what it holds is decoded in the worker."""
    if isinstance(exception, ContentDisallowed | DecodeError | TypeError):
        name = getattr(sender, "name", None)
        _report(Finding(Kind.TASK_UNREADABLE, f"task:{name}", type(exception).__name__))


def _report(found: Finding) -> None:
    """What stands in the message is not repeated: nobody knows who wrote it. The worker goes on without a database."""
    log.error("stray_message", kind=found.kind.value, subject=found.subject, cause=found.cause)
    try:
        with context.runtime().db.unit_of_work() as session:
            raise_incident(session, found, context.runtime().clock())
    except SQLAlchemyError as error:
        log.error("incident_not_kept", error=type(error).__name__)
