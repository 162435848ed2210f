"""Registering a person of an enterprise: an applicant, or a member for the roster."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me, roles
from web.cases.sent import fresh_key
from web.context import reading, runtime
from web.locale import t
from web.members.blueprint import READERS, bp
from web.members.entry import Posted
from workflow.errors import InvalidInput, KeyReused, TransitionRefused
from workflow.members.reach import seen_enterprise
from workflow.members.register import NewPerson, register_person
from workflow.models import Standing
from workflow.models.member import STANDING_NAMES
from workflow.queries.members import hosts_for
from workflow.text import Text

KINDS = {
    Standing.REGISTERED: Text("还不是党员（立案培养）", "no member yet (a case is opened)"),
    **{standing: STANDING_NAMES[standing] for standing in (Standing.PROBATIONARY, Standing.FULL)},
}


@bp.get("/enterprises/<int:enterprise_id>/roster/new")
@roles(*READERS)
def new(enterprise_id: int) -> ResponseReturnValue:
    return _draw(enterprise_id)


@bp.post("/enterprises/<int:enterprise_id>/roster/new")
@roles(*READERS)
def create(enterprise_id: int) -> ResponseReturnValue:
    try:
        made = register_person(runtime(), me().id, _read(enterprise_id), request.form.get("key") or None)
    except (InvalidInput, TransitionRefused) as refused:
        return _draw(enterprise_id, refused), 422
    except KeyReused:
        return redirect(url_for("members.roster", enterprise_id=enterprise_id), 303)
    flash(t("已登记", "Registered"), "done")
    return redirect(url_for("members.show", person_id=made.data["person_id"]), 303)


def _read(enterprise_id: int) -> NewPerson:
    posted = Posted(request.form)
    standing = posted.text("standing") or Standing.REGISTERED
    has_letter = any(posted.text(name) for name in ("from_name", "letter_no", "letter_on", "received_on"))
    wanted = NewPerson(
        name=posted.text("name"),
        enterprise_id=enterprise_id,
        standing=standing,
        host_id=posted.optional_number("host_id"),
        post=posted.text("post"),
        born_on=posted.day("born_on"),
        identity=posted.text("identity"),
        phone=posted.text("phone"),
        applied_on=posted.day("applied_on"),
        joined_on=posted.day("joined_on"),
        full_on=posted.day("full_on"),
        letter=posted.letter() if has_letter else None,
    )
    posted.require_sound()
    return wanted


def _draw(enterprise_id: int, refused: InvalidInput | TransitionRefused | None = None) -> str:
    enterprise = seen_enterprise(reading(), actor(), enterprise_id)
    return render_template(
        "members/new.html",
        enterprise=enterprise,
        hosts=[(body.id, body.name) for body in hosts_for(reading(), enterprise)],
        kinds=[(str(code), words) for code, words in KINDS.items()],
        errors=refused.fields if isinstance(refused, InvalidInput) else {},
        problems=refused.problems if isinstance(refused, TransitionRefused) else (),
        form=request.form,
        key=request.form.get("key") or fresh_key(),
    )
