"""My page: who I am here, my password, my language."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from web.auth.access import me, public
from web.auth.sign_in import begin_session, own_address
from web.context import now, runtime
from web.locale import t
from workflow.accounts import change_password, choose_locale
from workflow.errors import InvalidInput
from workflow.models import User
from workflow.passwords import require_acceptable
from workflow.sign_in import SignInRefused, TooManyAttempts, sign_in
from workflow.text import LOCALES, Text

bp = Blueprint("profile", __name__)


@bp.get("/me")
def show() -> ResponseReturnValue:
    return render_template("auth/profile.html", person=me())


@bp.get("/me/password")
def password_form() -> ResponseReturnValue:
    return render_template("auth/password.html", errors={})


@bp.post("/me/password")
def set_password() -> ResponseReturnValue:
    try:
        account = _changed_account()
    except InvalidInput as error:
        return render_template("auth/password.html", errors=error.fields), 422
    begin_session(account)
    flash(t("密码已更换，其他设备上的登录已全部退出", "Password changed; other devices are signed out"), "done")
    return redirect(url_for("profile.show"), 303)


@bp.post("/locale")
@public
def set_locale() -> ResponseReturnValue:
    chosen = request.form.get("locale", "")
    if chosen not in LOCALES:
        raise InvalidInput({"locale": Text("只有中文和英文", "There are only Chinese and English")})
    session["locale"] = chosen
    if current_user.is_authenticated:
        with runtime().db.unit_of_work() as work:
            choose_locale(work, me().id, chosen)
    return redirect(own_address(request.form.get("next")), 303)


def _changed_account() -> User:
    """Asks for the old password as at sign-in, limit on guessing included: an open screen is not enough."""
    person, form = me().account, request.form
    if form.get("new", "") != form.get("again", ""):
        raise InvalidInput({"again": Text("两次输入的新密码不一样", "The two new passwords differ")})
    require_acceptable(form.get("new", ""), person.username, field="new")
    try:
        sign_in(runtime().db, person.username, form.get("current", ""), address=request.remote_addr or "", now=now())
    except SignInRefused as error:
        raise InvalidInput({"current": Text("当前密码不正确", "The current password is wrong")}) from error
    except TooManyAttempts as error:
        raise InvalidInput({"current": error.text}) from error
    with runtime().db.unit_of_work() as work:
        return change_password(work, person.id, form["new"])
