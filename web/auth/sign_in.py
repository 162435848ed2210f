"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from web.auth.access import me, public
from web.auth.identity import load_identity
from web.context import now, runtime, today
from web.locale import t
from web.sessions import IDLE, IDLE_ADMIN, IDLE_KEY, ServerSession
from workflow.models import User
from workflow.sign_in import SignInRefused, TooManyAttempts, sign_in

log = structlog.get_logger(__name__)
bp = Blueprint("auth", __name__)


@bp.get("/sign-in")
@public
def sign_in_form() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(own_address(request.args.get("next")))
    return render_template("auth/sign_in.html", error=None)


@bp.post("/sign-in")
@public
def sign_in_now() -> ResponseReturnValue:
    address = request.remote_addr or ""
    try:
        account = sign_in(
            runtime().db, request.form.get("username", ""), request.form.get("password", ""), address=address, now=now()
        )
    except (SignInRefused, TooManyAttempts) as error:
        too_many = isinstance(error, TooManyAttempts)
        log.warning("sign_in_refused", too_many=too_many)
        return render_template("auth/sign_in.html", error=error.text), 429 if too_many else 422
    begin_session(account)
    log.info("signed_in", user_id=account.id)
    return redirect(own_address(request.form.get("next")), 303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    log.info("signed_out", user_id=me().id)
    language = session.get("locale")
    logout_user()
    _server_session().rotate()
    if language:
        session["locale"] = language
    flash(t("已退出登录", "You are signed out"), "done")
    return redirect(url_for("auth.sign_in_form"), 303)


def begin_session(account: User) -> None:
    """A new session number for the person: what was in the browser before sign-in opens nothing afterwards."""
    with runtime().db.reading() as reader:
        identity = load_identity(reader, account.id, account.security_stamp, today())
        if identity is None:  # switched off between the password and here
            raise SignInRefused
        language = session.get("locale")
        _server_session().rotate()
        login_user(identity)
        session[IDLE_KEY] = (IDLE_ADMIN if "admin" in identity.groups else IDLE).total_seconds()
        if language:
            session["locale"] = language
        # The page that follows still shows this person, after this reading has ended.
        reader.expunge_all()


def own_address(wanted: str | None) -> str:
    """The page that was asked for, if it is one of ours: a sign-in link must not lead to another site."""
    if not wanted or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"}:
        return url_for("home.start")
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else url_for("home.start")


def _server_session() -> ServerSession:
    current: ServerSession = session._get_current_object()  # type: ignore[attr-defined]
    return current
