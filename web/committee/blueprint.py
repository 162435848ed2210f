"""One blueprint, so that the menu knows all of these pages as those of the sessions."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me
from web.cases.sent import fresh_key
from web.context import reading, runtime
from workflow.queries.sessions import seen_session
from workflow.sessions import Request
from workflow.sessions.work import SessionWork

bp = Blueprint("committee", __name__, url_prefix="/sessions")


def seen(session_id: int) -> SessionWork:
    """The session for this person; NotFound where it may not be seen."""
    return seen_session(reading(), runtime(), actor(), session_id)


def asked() -> Request:
    """Who asks, with the key of the form that was sent."""
    return Request(me().id, request.form.get("key") or fresh_key())


def back_to(session_id: int, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("committee.show", session_id=session_id, _anchor=anchor), 303)
