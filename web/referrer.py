"""The page a request came from."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def here_again() -> str:
    """The address that shows this page again: its own, or after a form was sent that of the page with the form."""
    return request.full_path.rstrip("?") if request.method == "GET" else own_referrer() or "/"


def own_referrer() -> str | None:
    """Its path and query, if it is a page of ours."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host or not parts.path:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
