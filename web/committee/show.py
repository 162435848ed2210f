"""The page of one session: particulars, roll and attendance, agenda, and what is next."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from web.auth.access import roles
from web.cases.sent import fresh_key
from web.committee.blueprint import bp, seen
from workflow.errors import InvalidInput
from workflow.queries.sessions import STATUSES, session_page
from workflow.sessions.agenda import ORDERS
from workflow.sessions.roll import ATTENDANCE


@bp.get("/<int:session_id>")
@roles("committee", "manager")
def show(session_id: int) -> ResponseReturnValue:
    return draw(session_id)


def draw(session_id: int, refused: InvalidInput | None = None) -> str:
    """The page, with what was refused named at its field."""
    return render_template(
        "committee/show.html",
        page=session_page(seen(session_id)),
        statuses=STATUSES,
        attendance=ATTENDANCE,
        orders=ORDERS,
        errors=refused.fields if refused else {},
        key=fresh_key(),
    )
