"""Going back to an older version: what will happen, then doing it."""

from __future__ import annotations

from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.context import reading, runtime, versions
from web.definitions.blueprint import bp
from web.definitions.index import refusal
from web.locale import t
from workflow.errors import Conflict, InvalidInput
from workflow.publishing.checks import published_version
from workflow.publishing.rollback import count_moved, move_back, put_back


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
        put_back(runtime(), version, actor_id=me().id, note=note, key=key)
    except (Conflict, InvalidInput) as refused:
        return refusal(refused)
    done = move_back(runtime(), actor_id=me().id)
    flash(t("现行为第 {n} 版", "Version {n} is in force", n=version), "done")
    if done.moved or done.kept:
        words = t("{n} 件案件已回到原来的版本", "{n} cases are back in their version", n=done.moved)
        kept = t("，{n} 件留在原处", ", {n} stay where they are", n=done.kept) if done.kept else ""
        flash(words + kept, "done")
    return redirect(url_for("definitions.index"), 303)
