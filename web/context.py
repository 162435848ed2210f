"""What a request can reach: runtime, settings, clock, and one reading session, opened when first asked for."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, datetime
from typing import cast

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.definition.versions import Versions
from workflow.runtime import Runtime
from workflow.settings import Settings

RUNTIME = "zujian.runtime"
SETTINGS = "zujian.settings"


def init_app(app: Flask, runtime: Runtime, settings: Settings) -> None:
    app.extensions[RUNTIME] = runtime
    app.extensions[SETTINGS] = settings
    app.teardown_appcontext(_close_reading)


def runtime() -> Runtime:
    return cast(Runtime, current_app.extensions[RUNTIME])


def settings() -> Settings:
    return cast(Settings, current_app.extensions[SETTINGS])


def now() -> datetime:
    return runtime().clock()


def today() -> date:
    return local_day(now())


def reading() -> Session:
    """The request's one session for reading; it ends with the request, and what it loaded stays usable until then.

    On SQLite it sees the database as it was at its first query: after a change, redirect instead of reading again.
    """
    if "reading" not in g:
        stack = ExitStack()
        g.reading = stack.enter_context(runtime().db.reading())
        g.reading_stack = stack
    return cast(Session, g.reading)


def versions() -> Versions:
    """The versions of the process as this request sees them."""
    return runtime().versions(reading())


def _close_reading(_error: BaseException | None) -> None:
    stack = g.pop("reading_stack", None)
    g.pop("reading", None)
    if stack is not None:
        stack.close()
