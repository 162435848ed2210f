"""The ledger of deliveries: by fate, channel and age, in pages."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from web.auth.access import roles
from web.context import now, reading
from web.operating.blueprint import bp
from workflow.queries.deliveries import (
    CHANNEL_NAMES,
    FATE_NAMES,
    WAITS,
    DeliveryFilter,
    channels_known,
    deliveries,
)
from workflow.text import Text

AGES = {
    "15": (timedelta(minutes=15), Text("超过 15 分钟", "Older than 15 minutes")),
    "60": (timedelta(hours=1), Text("超过 1 小时", "Older than an hour")),
    "1440": (timedelta(days=1), Text("超过 1 天", "Older than a day")),
}


@bp.get("/deliveries")
@roles("admin")
def delivery_list() -> ResponseReturnValue:
    wanted = {name: request.args.get(name, "") for name in ("fate", "channel", "age")}
    known = channels_known(reading())
    chosen = DeliveryFilter(
        wanted["fate"] if wanted["fate"] in FATE_NAMES else WAITS,
        wanted["channel"] if wanted["channel"] in known else "",
        AGES[wanted["age"]][0] if wanted["age"] in AGES else None,
    )
    return render_template(
        "operating/deliveries.html",
        page=deliveries(reading(), chosen, now(), cursor=request.args.get("cursor", "")),
        chosen=chosen,
        wanted=wanted,
        fates=FATE_NAMES.items(),
        channels=[(code, CHANNEL_NAMES.get(code, code)) for code in known],
        ages=[(code, words) for code, (_, words) in AGES.items()],
    )
