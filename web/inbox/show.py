"""The inbox: what waits for me, what waits for others."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.context import reading, runtime, today
from workflow.queries.asks import WORDS, asks, count_asks
from workflow.queries.inbox import count_waiting, inbox, waiting_on_others
from workflow.queries.packs import packs_to_sign
from workflow.text import Text

bp = Blueprint("inbox", __name__)

# In the order of the page: the urgency of a card, and what stands above it.
GROUPS = (
    ("overdue", Text("已逾期", "Overdue")),
    ("soon", Text("三天内到期", "Due within three days")),
    ("later", Text("未到期", "Not due yet")),
)


@bp.get("/inbox")
def show() -> ResponseReturnValue:
    cursor = request.args.get("cursor", "")
    found = inbox(reading(), runtime(), actor(), today=today(), cursor=cursor)
    groups = [(key, label, [c for c in found.cards if c.urgency(today()) == key]) for key, label in GROUPS]
    others = None if cursor else waiting_on_others(reading(), runtime(), actor())
    asked = () if cursor else asks(reading(), runtime(), actor())
    packs = [] if cursor else packs_to_sign(reading(), actor())
    return render_template(
        "inbox/show.html",
        inbox=found,
        groups=groups,
        others=others,
        packs=packs,
        is_first=not cursor,
        asks=asked,
        words=WORDS,
    )


def waiting() -> int:
    """The number beside the menu entry."""
    return count_waiting(reading(), runtime(), actor()) + count_asks(reading(), runtime(), actor())
