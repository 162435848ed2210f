"""From a cookie or a bearer token to an Identity, once for each request."""

from __future__ import annotations

from flask import Flask, Request
from flask_login import LoginManager
from sqlalchemy import select

from web.auth.identity import Identity, load_identity
from web.context import now, reading, today
from workflow.api_tokens import digest_of
from workflow.models import ApiToken


def init_app(app: Flask) -> None:
    manager = LoginManager()
    # Phones change their address on the way to a visit; the server-side session is what binds, not the address.
    manager.session_protection = None
    manager.user_loader(from_session)
    manager.request_loader(from_bearer)
    manager.init_app(app, add_context_processor=False)


def from_session(key: str) -> Identity | None:
    account, _, stamp = key.partition(".")
    return load_identity(reading(), int(account), int(stamp), today())


def from_bearer(request: Request) -> Identity | None:
    """Tokens open the API only: a page opened by one would stand outside the protection against forged forms."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or not request.path.startswith("/api/"):
        return None
    row = (
        reading()
        .execute(
            select(ApiToken.user_id, ApiToken.security_stamp).where(
                ApiToken.token_digest == digest_of(token.strip()),
                ApiToken.expires_at > now(),
                ApiToken.revoked_at.is_(None),
            )
        )
        .first()
    )
    return load_identity(reading(), *row, today()) if row else None
