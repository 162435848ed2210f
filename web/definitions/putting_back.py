"""Going back to an older version: what will happen, then doing it."""

from __future__ import annotations

from uuid import uuid4

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.context import reading, runtime, versions
from web.definitions.blueprint import bp
from web.definitions.index import refusal
from web.definitions.moves import led_on
from web.locale import t
from workflow.errors import Conflict, InvalidInput
from workflow.publishing.checks import published_version
from workflow.publishing.rollback import count_moved, put_back


@bp.get("/<int:version>/put-back")
@roles("admin")
def put_back_form(version: int) -> ResponseReturnValue:
    return render_template(
        "definitions/put_back.html",
        definition=published_version(versions(), version),
        current=versions().current,
        moved=count_moved(reading(), version),
        key=uuid4().hex,
    )


@bp.post("/<int:version>/put-back")
@roles("admin")
def put_it_back(version: int) -> ResponseReturnValue:
    note, key = request.form.get("note", "").strip() or None, request.form.get("key") or None
    try:
        setting = put_back(runtime(), version, actor_id=me().id, note=note, key=key, with_cases=True)
    except (Conflict, InvalidInput) as refused:
        return refusal(refused)
    flash(t("现行为第 {n} 版", "Version {n} is in force", n=version), "done")
    return led_on(setting.job_id)
