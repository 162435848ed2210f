"""Training sessions: the list with a form for a new one, and one session with its attendance."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me, roles
from web.cases.sent import fresh_key
from web.context import reading, runtime
from web.locale import t
from web.members.blueprint import READERS, training
from web.members.entry import Posted
from workflow.errors import InvalidInput, KeyReused
from workflow.members.training import Attended, NewTraining, hold_training, record_attendance
from workflow.models import Audience
from workflow.models.training import AUDIENCE_NAMES
from workflow.queries.trainings import list_trainings, training_page


@training.get("")
@roles(*READERS)
def index() -> ResponseReturnValue:
    return _draw_list()


@training.post("")
@roles(*READERS)
def hold() -> ResponseReturnValue:
    posted = Posted(request.form)
    try:
        wanted = NewTraining(
            title=posted.text("title"),
            place=posted.text("place"),
            audience=posted.text("audience"),
            for_targets=posted.text("for_targets") == "1",
            from_on=posted.due_day("from_on"),
            to_on=posted.due_day("to_on"),
            hours=posted.number("hours"),
        )
        posted.require_sound()
        made = hold_training(runtime(), me().id, wanted, request.form.get("key") or None)
    except InvalidInput as refused:
        return _draw_list(refused), 422
    except KeyReused:
        return redirect(url_for("training.index"), 303)
    flash(t("已登记培训，请登记参加人员", "The training is entered; now enter who attended"), "done")
    return redirect(url_for("training.show", training_id=made.data["training_id"]), 303)


@training.get("/<int:training_id>")
@roles(*READERS)
def show(training_id: int) -> ResponseReturnValue:
    return _draw(training_id)


@training.post("/<int:training_id>/attendance")
@roles(*READERS)
def attend(training_id: int) -> ResponseReturnValue:
    posted = Posted(request.form)
    try:
        attended = Attended(
            posted.number("person_id"),
            posted.number("days"),
            posted.number("hours"),
            posted.text("certificate_no"),
        )
        posted.require_sound()
        record_attendance(runtime(), me().id, training_id, attended, request.form.get("key") or None)
    except InvalidInput as refused:
        return _draw(training_id, refused), 422
    except KeyReused:
        return redirect(url_for("training.show", training_id=training_id), 303)
    flash(t("已登记", "Entered"), "done")
    return redirect(url_for("training.show", training_id=training_id), 303)


def _draw_list(refused: InvalidInput | None = None) -> str:
    return render_template(
        "training/index.html",
        rows=list_trainings(reading(), actor()),
        audiences=[(str(code), AUDIENCE_NAMES[code]) for code in Audience],
        errors=refused.fields if refused else {},
        form=request.form,
        key=request.form.get("key") or fresh_key(),
    )


def _draw(training_id: int, refused: InvalidInput | None = None) -> str:
    return render_template(
        "training/show.html",
        page=training_page(reading(), actor(), training_id),
        errors=refused.fields if refused else {},
        form=request.form,
        key=request.form.get("key") or fresh_key(),
    )
