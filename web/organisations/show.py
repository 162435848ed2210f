"""Who may approve follows from a body's type: this page shows every type, and how the operator sets one."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import roles
from web.context import reading, today
from workflow.models.organisation import TYPE_NAMES, OrganisationType
from workflow.queries.organisations import organisation_tree

bp = Blueprint("organisations", __name__)


@bp.get("/organisations")
@roles("admin", "manager")
def show() -> ResponseReturnValue:
    bodies = organisation_tree(reading(), actor(), today())
    unknown = sum(body.organisation.type == OrganisationType.UNSPECIFIED for body in bodies)
    return render_template("organisations/show.html", bodies=bodies, type_names=TYPE_NAMES, unknown=unknown)
