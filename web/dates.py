"""Moments and days as the pages show them: "3 天前 (2026-03-02 14:03)", "还有 3 天 (2026-03-05)"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Flask
from markupsafe import Markup

from web.context import now, today
from web.locale import t
from workflow.clock import LOCAL_ZONE, local_day
from workflow.text import Text

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SOON = timedelta(days=3)


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(when=when, moment=moment, day=day, due=due)
    app.jinja_env.globals.update(urgency=urgency, today=today)


def ago(then: datetime, at: datetime) -> Text:
    """How far `then` lies from `at`, in the largest unit that says it: minutes, hours, days, months, years."""
    distance = abs(at - then)
    if distance < MINUTE:
        return Text("刚刚", "just now")
    if distance < HOUR:
        return _counted(distance // MINUTE, "分钟", "minute", past=then < at)
    days = abs((local_day(at) - local_day(then)).days)
    if days == 0 or distance < 12 * HOUR:
        return _counted(distance // HOUR, "小时", "hour", past=then < at)
    if days < 60:
        return _counted(days, "天", "day", past=then < at)
    if days < 730:
        return _counted(days // 30, "个月", "month", past=then < at)
    return _counted(days // 365, "年", "year", past=then < at)


def until(due_on: date, on: date) -> Text:
    """How long a deadline has left, or how long it is over."""
    left = (due_on - on).days
    if left == 0:
        return Text("今天到期", "due today")
    plural = "" if abs(left) == 1 else "s"
    if left > 0:
        return Text(f"还有 {left} 天", f"{left} day{plural} left")
    return Text(f"已逾期 {-left} 天", f"{-left} day{plural} overdue")


def when(then: datetime | None) -> Markup | str:
    """Distance and moment together, readable by machines too; a dash where there is none."""
    return _timed(then.isoformat(), t(ago(then, now())), moment(then)) if then else "—"


def moment(then: datetime) -> str:
    return f"{then.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"


def day(value: date | None) -> Markup | str:
    return Markup('<time datetime="{0}" class="unbroken">{0}</time>').format(value.isoformat()) if value else "—"


def due(value: date | None) -> Markup | str:
    return _timed(value.isoformat(), t(until(value, today())), value.isoformat()) if value else "—"


def urgency(due_on: date | None) -> str:
    """The colour of a deadline: "overdue", "due" within the next days, else "plain"."""
    if due_on is None or due_on > today() + SOON:
        return "plain"
    return "overdue" if due_on < today() else "due"


def _counted(count: int, zh: str, en: str, *, past: bool) -> Text:
    plural = "" if count == 1 else "s"
    return Text(
        f"{count} {zh}{'前' if past else '后'}",
        f"{count} {en}{plural} ago" if past else f"in {count} {en}{plural}",
    )


def _timed(machine: str, distance: str, exact: str) -> Markup:
    return Markup('<time datetime="{}">{} <span class="unbroken">({})</span></time>').format(machine, distance, exact)
