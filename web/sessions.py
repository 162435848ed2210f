"""Sessions on the server: the cookie carries a random number, the table its SHA-256, the row everything else.

A row ends at sign-out, after a pause, or at its absolute age; nothing in the browser can prolong it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, g
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import CallbackDict

from workflow.database import Database
from workflow.models import WebSession

IDLE = timedelta(minutes=30)
IDLE_ADMIN = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
# A stranger's session holds the token of the sign-in form and nothing worth keeping.
OF_STRANGERS = timedelta(hours=1)
# A page that is read is no reason to write: the last sign of life may be this much too old.
SEEN_EVERY = timedelta(minutes=1)
IDLE_KEY = "_idle_seconds"

# These answer without a session: files, health, and the API, which knows bearer tokens only.
WITHOUT_SESSION = ("/static/", "/api/", "/healthz", "/readyz", "/metrics")


def init_app(app: Flask, database: Database, clock: Callable[[], datetime], *, https: bool) -> None:
    app.session_interface = DatabaseSessions(database, clock, https=https)
    app.before_request(report_failure)


def report_failure() -> None:
    if "session_failure" in g:
        raise g.session_failure


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """A dictionary that knows its row. `key` is the cookie's value, empty until the first save.

    `has_lapsed` says that the browser came with the number of a session that has ended meanwhile.
    """

    def __init__(
        self, data: dict[str, Any], key: str = "", seen_at: datetime | None = None, *, has_lapsed: bool = False
    ) -> None:
        super().__init__(data, on_update=lambda changed: setattr(changed, "modified", True))
        self.key = key
        self.seen_at = seen_at
        self.has_lapsed = has_lapsed
        self.modified = False
        self.abandoned: list[str] = []

    def rotate(self) -> None:
        """Leaves everything behind and takes a new number: at sign-in and sign-out no older cookie survives."""
        if self.key:
            self.abandoned.append(self.key)
        self.clear()
        self.key = ""

    @property
    def idle(self) -> timedelta:
        return timedelta(seconds=self.get(IDLE_KEY, IDLE.total_seconds()))


class DatabaseSessions(SessionInterface):
    def __init__(self, database: Database, clock: Callable[[], datetime], *, https: bool) -> None:
        self._database = database
        self._clock = clock
        self._https = https
        # The __Host- prefix lets the browser itself refuse a cookie that another host or plain http tries to plant.
        self.cookie = "__Host-zujian" if https else "zujian"

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        if request.path.startswith(WITHOUT_SESSION):
            return self.make_null_session(app)
        key = request.cookies.get(self.cookie, "")
        try:
            return self._read(key) if key else ServerSession({})
        except SQLAlchemyError as error:
            # No error page can be drawn from here; `report_failure` raises it where one can.
            g.session_failure = error
            return self.make_null_session(app)

    def _read(self, key: str) -> ServerSession:
        now = self._clock()
        with self._database.reading() as session:
            row = session.execute(
                select(WebSession.data, WebSession.seen_at).where(
                    WebSession.id_digest == digest(key), WebSession.expires_at > now
                )
            ).first()
        kept = ServerSession(dict(row.data), key, row.seen_at) if row else None
        return kept if kept and row and row.seen_at + kept.idle > now else ServerSession({}, has_lapsed=True)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, ServerSession):
            raise TypeError("a session of this product is a ServerSession")
        response.vary.add("Cookie")
        now = self._clock()
        if session.abandoned or session.modified:
            self._write(session, now)
            self._tell_browser(session, response)
        elif session.key and session.seen_at and now - session.seen_at >= SEEN_EVERY:
            self._touch(session.key, now)

    def _write(self, session: ServerSession, now: datetime) -> None:
        with self._database.unit_of_work() as work:
            if session.abandoned:
                old = [digest(key) for key in session.abandoned]
                work.execute(delete(WebSession).where(WebSession.id_digest.in_(old)))
            user_id = _user_id(session)
            values = {"user_id": user_id, "data": dict(session), "seen_at": now}
            if session.key:
                # An update, never an upsert: a request still under way must not revive a session that was ended.
                work.execute(update(WebSession).where(WebSession.id_digest == digest(session.key)).values(**values))
            elif session:
                session.key = secrets.token_urlsafe(32)
                expires_at = now + (ABSOLUTE if user_id else OF_STRANGERS)
                row = {"id_digest": digest(session.key), "created_at": now, "expires_at": expires_at, **values}
                work.execute(insert(WebSession).values(**row))

    def _touch(self, key: str, now: datetime) -> None:
        with self._database.unit_of_work() as work:
            work.execute(update(WebSession).where(WebSession.id_digest == digest(key)).values(seen_at=now))

    def _tell_browser(self, session: ServerSession, response: Response) -> None:
        if session.key:
            response.set_cookie(self.cookie, session.key, path="/", secure=self._https, httponly=True, samesite="Lax")
        else:
            response.delete_cookie(self.cookie, path="/", secure=self._https, httponly=True, samesite="Lax")


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _user_id(session: ServerSession) -> int | None:
    """The account in Flask-Login's `_user_id`, which is "<account>.<security stamp>"."""
    signed_in = session.get("_user_id")
    return int(signed_in.partition(".")[0]) if signed_in else None
