"""What every answer carries and every request must pass before a view sees it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import Forbidden
from werkzeug.middleware.proxy_fix import ProxyFix

from web.context import settings
from workflow.settings import Settings

MAX_BODY = 25 * 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

# Nothing inline, nothing from elsewhere; `data:` only for the pictures inside Bootstrap's own style sheet.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
ONE_YEAR = "max-age=31536000; includeSubDomains"

csrf = CSRFProtect()


def init_app(app: Flask, configured: Settings) -> None:
    """Refusals are registered in the order they run: cross-site first, then (in `auth.access`) who, then the token."""
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        # The token lives as long as the session: a long form must not fail because an hour passed.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if configured.is_production:
        host = urlsplit(configured.base_url).hostname
        # The health check inside the container asks by loopback.
        app.config["TRUSTED_HOSTS"] = [host, "127.0.0.1", "localhost"]
    if configured.proxy_hops:
        hops = configured.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(refuse_cross_site)
    app.after_request(add_headers)


def refuse_cross_site() -> None:
    """A form on another site may not write here, whatever cookie the browser would send along."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site == "cross-site" or (site is None and _from_another_origin()):
        raise Forbidden


def _from_another_origin() -> bool:
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if settings().base_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", ONE_YEAR)
    return response
