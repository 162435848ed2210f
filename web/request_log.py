"""One line of the log for each request: which route, on which case, by whom, with what result. No address, no body:
both hold what people search for and write.
"""

from __future__ import annotations

import re
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from web.metrics.requests import seconds_so_far

log = structlog.get_logger(__name__)

HEADER = "X-Request-ID"
# What a proxy in front may have numbered already.
READABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Asked so often that nothing else would be seen.
SILENT = frozenset({"static_files.send", "health.alive", "health.ready", "metrics.show"})


def init_app(app: Flask) -> None:
    app.before_request(number)
    app.after_request(tell)


def number() -> None:
    """Every line that is written while this request is answered carries its number."""
    sent = request.headers.get(HEADER, "")
    g.request_id = sent if READABLE.fullmatch(sent) else uuid4().hex
    clear_contextvars()
    bind_contextvars(request_id=g.request_id)


def tell(response: Response) -> Response:
    if "request_id" in g:
        response.headers[HEADER] = g.request_id
    if request.endpoint not in SILENT:
        log.info(
            "request",
            method=request.method,
            route=request.endpoint,
            case_id=(request.view_args or {}).get("case_id"),
            actor=getattr(g.get("_login_user"), "id", None),
            status=response.status_code,
            ms=round(seconds_so_far() * 1000, 1),
        )
    return response
