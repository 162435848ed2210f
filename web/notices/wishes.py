"""How I wish to be told outside the application."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me
from web.context import reading, runtime, settings
from web.locale import t
from workflow.errors import InvalidInput
from workflow.queries.notice_wishes import notice_wishes
from workflow.text import Text
from workflow.wishes import Hours, Pace, Wanted, keep_wishes
from workflow.wishes.addresses import set_up
from workflow.wishes.time_of_day import minute_of

bp = Blueprint("wishes", __name__, url_prefix="/me/notices")

PACE_NAMES = {
    Pace.AT_ONCE: Text("即时", "At once"),
    Pace.HOURLY: Text("每小时汇总", "Hourly"),
    Pace.DAILY: Text("每天汇总", "Daily"),
    Pace.OFF: Text("关闭", "Off"),
}


@bp.get("")
def show() -> ResponseReturnValue:
    return _draw()


@bp.post("")
def keep() -> ResponseReturnValue:
    try:
        wanted = Wanted(_hours(), _paces())
        with runtime().db.unit_of_work() as session:
            keep_wishes(session, me().id, wanted, set_up(settings().channels))
    except InvalidInput as refused:
        return _draw(refused), 422
    flash(t("已保存", "Kept"), "done")
    return redirect(url_for("wishes.show"), 303)


def _hours() -> Hours:
    quiet_from, quiet_to, digest_at = (_minute(name) for name in ("quiet_from", "quiet_to", "digest_at"))
    return Hours(quiet_from, quiet_to, Hours().digest_at if digest_at is None else digest_at)


def _minute(name: str) -> int | None:
    entered = request.form.get(name, "").strip()
    return minute_of(entered, name) if entered else None


def _paces() -> dict[tuple[str, str], str]:
    """Fields named kind.channel."""
    named = {tuple(name.split(".", 1)): pace for name, pace in request.form.items() if "." in name}
    return {(kind, channel): pace for (kind, channel), pace in named.items()}


def _draw(refused: InvalidInput | None = None) -> str:
    return render_template(
        "notices/wishes.html",
        page=notice_wishes(reading(), me().id, set_up(settings().channels)),
        paces=PACE_NAMES.items(),
        errors=refused.fields if refused else {},
        form=request.form if refused else {},
    )
