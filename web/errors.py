"""What a person is told when something cannot be done: one table from the class of the error to the status.

Pages answer with a page, fragments with a message, the API with problem details.
"""

from __future__ import annotations

import sqlite3

import structlog
from flask import Flask, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from web.error_words import STALE_FORM, words_for
from web.htmx import is_htmx
from web.locale import t
from web.problem import problem_response
from web.referrer import own_referrer
from workflow.errors import (
    Conflict,
    InvalidInput,
    KeyReused,
    NotFound,
    NotPermitted,
    SeveralRefused,
    StoreFull,
    TransitionRefused,
    WorkflowError,
)
from workflow.papers.pdf import NoPdf
from workflow.reports.issuing import DamagedReport
from workflow.sessions.refusals import SessionRefused
from workflow.sign_in import SignInRefused, TooManyAttempts
from workflow.text import Text

log = structlog.get_logger(__name__)

RETRY_AFTER = 5  # seconds: what a database needs to come back after a restart

STATUS: dict[type[WorkflowError], int] = {
    SignInRefused: 401,
    NotPermitted: 403,
    NotFound: 404,
    Conflict: 409,
    InvalidInput: 422,
    TransitionRefused: 422,
    KeyReused: 422,
    SeveralRefused: 422,
    SessionRefused: 422,
    NoPdf: 422,
    TooManyAttempts: 429,
    DamagedReport: 500,
    StoreFull: 507,
}


def init_app(app: Flask) -> None:
    app.register_error_handler(WorkflowError, refused)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(SecurityError, wrong_host)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(500, broken)


def status_of(error: WorkflowError) -> int:
    """The status of the nearest class in the table; what stands in no row is our own fault: 500."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def refused(error: WorkflowError) -> ResponseReturnValue:
    status = status_of(error)
    if status == 500:
        log.error("workflow_error", error=type(error).__name__, detail=error.text.en)
        return answer(status)
    # What one may not see and what is not there read the same.
    detail = None if isinstance(error, NotFound) else error.text
    return answer(status, detail, problems=getattr(error, "problems", ()), error=error)


def failed(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    return answer(error.code or 500, getattr(error, "text", None), error=error)


def stale_form(_error: CSRFError) -> ResponseReturnValue:
    if request.endpoint == "auth.sign_in_now":
        # Nothing is lost here: the sign-in page was open longer than its session lives.
        flash(t("页面已过期，请再登录一次", "The page had expired; sign in once more"), "info")
        return redirect(url_for("auth.sign_in_form"), 303)
    return answer(400, STALE_FORM)


def wrong_host(_error: SecurityError) -> ResponseReturnValue:
    """Plain text: no page can be drawn, because no address can be built for a host that is not ours."""
    return "This server does not answer for that host name.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}


def broken(_error: Exception) -> ResponseReturnValue:
    # The frame around the page asks the database who is signed in; the database may be what is broken.
    g.is_broken = True
    return answer(500)


def unavailable(error: OperationalError) -> ResponseReturnValue:
    """The database is away, full or locked for too long: nothing was changed, and trying again may help."""
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        # A statement SQLite cannot make sense of: our own fault, and no patience mends it.
        log.error("database_error", error=str(error.orig))
        return broken(error)
    log.error("database_unavailable", error=type(error.orig).__name__)
    g.is_broken = True
    response = make_response(answer(503))
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def answer(
    status: int, detail: Text | None = None, problems: tuple[object, ...] = (), error: Exception | None = None
) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        return problem_response(status, detail, error)
    words = words_for(status)
    template = "errors/fragment.html" if is_htmx() else "errors/page.html"
    # Only here the page before is where the person goes on: the form that chooses the file.
    back = own_referrer() if status == 413 else None
    page = render_template(template, status=status, words=words, detail=detail, problems=problems, back=back)
    # A fragment's error goes to the place for messages, wherever the fragment itself would have gone.
    return page, status, {"HX-Retarget": "#messages", "HX-Reswap": "innerHTML"} if is_htmx() else {}
