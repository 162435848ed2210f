"""How the product writes its log: one event a line with its fields, through the standard library's loggers.

Levels and handlers are the business of the program that runs (Celery, the web server). Events carry ids and codes,
never names, texts or addresses.
"""

from __future__ import annotations

import structlog


def configure_logs() -> None:
    """Sends what structlog is given to `logging`, as `event=... key=value`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
