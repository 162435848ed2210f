"""Refuses text that cannot be kept: PostgreSQL takes no NUL, and would answer a search for one with an error."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import BadRequest


def init_app(app: Flask) -> None:
    """Runs after the person is known; the API names the field instead (`web.api.shapes`)."""
    app.before_request(refuse_unstorable)


def refuse_unstorable() -> None:
    if request.path.startswith("/api/"):
        return
    sent = [*request.args.listvalues(), *request.form.listvalues()]
    if any("\x00" in value for values in sent for value in values):
        raise BadRequest
