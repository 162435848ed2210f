"""Default deny: every endpoint needs a signed-in person unless its view is marked `@public`.

`@roles("manager")` narrows a view to groups of roles. Both only mark the view; the one check stands in `guard`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from web.auth.identity import GROUPS, Identity
from web.htmx import is_htmx, redirect_whole_page
from web.locale import t
from web.referrer import own_referrer
from workflow.errors import NotPermitted
from workflow.text import Text

View = TypeVar("View", bound=Callable[..., Any])
NOT_SAVED = Text(
    "您已退出或登录已过期，刚才填写的内容没有保存；登录后回到原页面",
    "You are signed out, or your session has ended: what you entered was not saved. Sign in to return to the page",
)


def init_app(app: Flask) -> None:
    app.before_request(guard)


def public(view: View) -> View:
    """Opens a view to everybody, signed in or not."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def roles(*groups: str) -> Callable[[View], View]:
    """Narrows a view to people of one of the groups; an unknown group is a mistake found at import."""
    unknown = set(groups) - GROUPS.keys()
    if unknown:
        raise ValueError(f"no such group of roles: {', '.join(sorted(unknown))}")

    def mark(view: View) -> View:
        view.groups = frozenset(groups)  # type: ignore[attr-defined]
        return view

    return mark


def me() -> Identity:
    """The signed-in person; in a view that is not public there always is one."""
    person = cast(Any, current_user)._get_current_object()
    if not isinstance(person, Identity):
        raise Unauthorized
    return person


def guard() -> ResponseReturnValue | None:
    if request.endpoint is None:  # no such address: the error page answers
        return None
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "is_public", False):
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    groups: frozenset[str] = getattr(view, "groups", frozenset())
    if groups and not groups & me().groups:
        raise NotPermitted(request.endpoint, Text("您的角色不能打开这个页面", "Your role does not open this page"))
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        raise Unauthorized
    address = url_for("auth.sign_in_form", next=_page_to_return_to())
    if request.method == "POST":
        flash(t(NOT_SAVED), "problem")
    elif getattr(session, "has_lapsed", False):
        flash(t("登录已过期，请重新登录", "Your session has ended; sign in again"), "info")
    return redirect_whole_page(address) if is_htmx() else redirect(address)


def _page_to_return_to() -> str | None:
    """The address that was asked for where it can be opened by itself, else the page the form stood on."""
    adapter = current_app.create_url_adapter(request)
    if adapter is not None and adapter.test(request.path, "GET"):
        return request.full_path.rstrip("?")
    return own_referrer()
