"""A new version: uploaded, proved and compared with the open cases, confirmed, published.

Nothing is kept before the last step; the text travels with the form.
"""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from web.auth.access import me, roles
from web.context import reading, runtime
from web.definitions.blueprint import bp
from web.definitions.index import refusal
from web.definitions.lists import lists_of
from web.definitions.moves import led_on
from web.locale import t
from workflow.errors import Conflict, DefinitionError, InvalidInput
from workflow.publishing.publish import preview_of, publish
from workflow.publishing.source import FILENAME, MAX_SIZE, read_source

LONGEST_NAME = 200


@bp.post("/preview")
@roles("admin")
def preview() -> ResponseReturnValue:
    """Takes an upload, or the text of the form when all cases are asked for."""
    try:
        source, name = _handed_in()
        definition, found = preview_of(reading(), runtime(), source, name)
    except (DefinitionError, InvalidInput, Conflict) as refused:
        return refusal(refused)
    return render_template(
        "definitions/preview.html",
        definition=definition,
        found=found,
        lists=lists_of(found, is_whole="whole" in request.form),
        source=source,
        name=name,
    )


@bp.post("/confirm")
@roles("admin")
def confirm() -> ResponseReturnValue:
    try:
        source, name = _handed_in()
        definition, found = preview_of(reading(), runtime(), source, name)
        if found.in_use is not None:
            raise found.in_use
    except (DefinitionError, InvalidInput, Conflict) as refused:
        return refusal(refused)
    return render_template(
        "definitions/confirm.html",
        definition=definition,
        found=found,
        source=source,
        name=name,
        note=request.form.get("note", "").strip(),
        with_cases=request.form.get("move_cases") == "true",
        key=uuid4().hex,
    )


@bp.post("/publish")
@roles("admin")
def publish_it() -> ResponseReturnValue:
    """Sent twice it publishes once, and moves cases once."""
    note, key = request.form.get("note", "").strip() or None, request.form.get("key") or None
    with_cases = request.form.get("move_cases") == "true"
    try:
        source, name = _handed_in()
        setting = publish(runtime(), source, actor_id=me().id, note=note, key=key, filename=name, with_cases=with_cases)
    except (DefinitionError, InvalidInput, Conflict) as refused:
        return refusal(refused)
    flash(t("第 {n} 版已发布，新案件按它办理", "Version {n} is in force for new cases", n=setting.version), "done")
    return led_on(setting.job_id)


def _handed_in() -> tuple[str, str]:
    """The text and the name of its file."""
    file = request.files.get("file")
    if isinstance(file, FileStorage) and file.filename:
        name = Path(file.filename.replace("\\", "/")).name[:LONGEST_NAME]
        return read_source(file.stream.read(MAX_SIZE + 1)), name
    name = request.form.get("name", FILENAME)[:LONGEST_NAME]
    return read_source(request.form.get("source", "").encode()), name
