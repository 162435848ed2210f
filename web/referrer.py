"""The page a request came from."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def own_referrer() -> str | None:
    """Its path and query, if it is a page of ours."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host or not parts.path:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
