"""How the product writes its log: one event a line with its fields, through the standard library's loggers.

Levels are the business of the program that runs (Celery, the web server). Events carry ids and codes, never names,
texts or addresses.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import Processor

from workflow.settings import Settings

# What every line has, whoever wrote it.
_COMMON: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


def configure_logs() -> None:
    """Hands what structlog is given to `logging`, whose handlers write it by a formatter of `formatter_for`."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_COMMON, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def formatter_for(log_format: str) -> logging.Formatter:
    """`text`: key=value; `json`: an object a line. Lines of libraries come out in the same way."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False)
    )
    return ProcessorFormatter(
        foreign_pre_chain=_COMMON, processors=[ProcessorFormatter.remove_processors_meta, renderer]
    )


def log_to_stderr(settings: Settings) -> None:
    """For a program that has no handlers of its own."""
    configure_logs()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter_for(settings.log_format))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
