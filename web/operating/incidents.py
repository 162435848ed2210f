"""Incidents: the list, one of them, and the two ways to settle it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.context import now, reading, runtime
from web.locale import t
from web.operating.blueprint import bp
from workflow.errors import InvalidInput
from workflow.incidents import KIND_NAMES
from workflow.queries.incidents import incident, incidents
from workflow.settling import dismiss, retry


@bp.get("/incidents")
@roles("admin")
def incident_list() -> ResponseReturnValue:
    wanted = {name: request.args.get(name, "") for name in ("settled", "kind")}
    page = incidents(
        reading(), is_open=not wanted["settled"], kind=wanted["kind"], cursor=request.args.get("cursor", "")
    )
    return render_template("operating/incidents.html", page=page, wanted=wanted, kinds=KIND_NAMES)


@bp.get("/incidents/<int:incident_id>")
@roles("admin")
def show_incident(incident_id: int) -> ResponseReturnValue:
    return _page(incident_id)


@bp.post("/incidents/<int:incident_id>/retry")
@roles("admin")
def retry_incident(incident_id: int) -> ResponseReturnValue:
    with runtime().db.unit_of_work() as session:
        retry(session, incident_id, me().id, now())
    flash(t("已安排重新发送", "It will be tried again at once"), "done")
    return redirect(url_for("operating.show"), 303)


@bp.post("/incidents/<int:incident_id>/dismiss")
@roles("admin")
def dismiss_incident(incident_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        with runtime().db.unit_of_work() as session:
            dismiss(session, incident_id, me().id, reason, now())
    except InvalidInput as refusal:
        return _page(incident_id, refusal, reason), 422
    flash(t("已忽略，理由已记录", "Dismissed; the reason is kept"), "done")
    return redirect(url_for("operating.show"), 303)


def _page(incident_id: int, refusal: InvalidInput | None = None, reason: str = "") -> str:
    line = incident(reading(), incident_id)
    errors = refusal.fields if refusal else {}
    return render_template("operating/incident.html", line=line, errors=errors, reason=reason)
