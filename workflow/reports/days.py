"""The days a report is usually made for, counted from today."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from workflow.text import Text


class Period(StrEnum):
    """The span a report is usually made for; any other may be asked for."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    CAMPAIGN = "campaign"


NAMES = {
    Period.MONTH: Text("月报", "monthly"),
    Period.QUARTER: Text("季报", "quarterly"),
    Period.HALF_YEAR: Text("半年报", "half-yearly"),
    Period.YEAR: Text("年报", "yearly"),
    Period.CAMPAIGN: Text("活动期", "campaign"),
}
_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6, Period.YEAR: 12}


def usual_days(period: Period, today: date) -> tuple[date, date]:
    """From the beginning of the running month, quarter, half-year or year until today; a campaign takes two years."""
    if period is Period.CAMPAIGN:
        return date(today.year - 1, 1, 1), today
    months = _MONTHS[period]
    return date(today.year, (today.month - 1) // months * months + 1, 1), today
