"""The few headers htmx 4 and the server exchange."""

from __future__ import annotations

from flask import Response, request


def is_htmx() -> bool:
    """The answer will be put into a page that is already there."""
    return request.headers.get("HX-Request") == "true"


def redirect_whole_page(address: str) -> Response:
    """Leads the browser to another page; a plain 302 would only change the fragment."""
    return Response(status=204, headers={"HX-Redirect": address})
