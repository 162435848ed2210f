"""Where I am reached outside the application: one address for each channel that is set up."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me
from web.context import reading, runtime, settings
from web.locale import t
from workflow.contacts import contact_lines, remove_contact, set_contact
from workflow.errors import InvalidInput
from workflow.text import Text

bp = Blueprint("contacts", __name__, url_prefix="/me/contacts")


@bp.get("")
def index() -> ResponseReturnValue:
    return _draw({})


@bp.post("/<channel>")
def keep(channel: str) -> ResponseReturnValue:
    try:
        set_contact(runtime(), settings().channels, me().id, channel, request.form.get("address", ""))
    except InvalidInput as refused:
        return _draw({channel: refused.fields["address"]}), 422
    flash(t("已保存，以后的通知也会发到这里", "Kept; notices go there too from now on"), "done")
    return redirect(url_for("contacts.index"), 303)


@bp.post("/<channel>/remove")
def remove(channel: str) -> ResponseReturnValue:
    with runtime().db.unit_of_work() as session:
        remove_contact(session, me().id, channel)
    flash(t("已删除，不再发到这里", "Removed; nothing goes there any more"), "done")
    return redirect(url_for("contacts.index"), 303)


def _draw(errors: dict[str, Text]) -> str:
    """`errors` by channel: each channel is a form of its own."""
    return render_template(
        "auth/contacts.html",
        lines=contact_lines(reading(), runtime(), settings().channels, me().id),
        email=me().account.email,
        errors=errors,
        entered=request.form.get("address", ""),
    )
