"""Which report, days and settings an address asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import request

from web.auth.access import me
from web.context import reading, runtime, today
from workflow.errors import InvalidInput
from workflow.reports import Report, ReportKind, Wanted, read_report
from workflow.reports.days import usual_days
from workflow.text import Text

NOT_A_DAY = Text("请填写日期", "Enter a date")


def wanted(kind: ReportKind, args: Mapping[str, str] | None = None) -> Wanted:
    """Days and settings that are left out are the usual ones; raises InvalidInput for a day that is none."""
    given = request.args if args is None else args
    first, last = usual_days(kind.period, today())
    faults: dict[str, Text] = {}
    days = {}
    for name, usual in (("from", first), ("to", last)):
        raw = given.get(name, "").strip()
        try:
            days[name] = date.fromisoformat(raw) if raw else usual
        except ValueError:
            faults[name] = NOT_A_DAY
    if faults:
        raise InvalidInput(faults)
    chosen = {setting.code: given[setting.code] for setting in kind.settings if given.get(setting.code)}
    return Wanted(kind.code, days["from"], days["to"], chosen)


def as_args(asked: Wanted) -> dict[str, str]:
    """The parameters of an address that ask for the same again."""
    return {"from": asked.from_on.isoformat(), "to": asked.to_on.isoformat(), **asked.settings}


def made(asked: Wanted) -> Report:
    return read_report(reading(), runtime(), me().id, asked)
