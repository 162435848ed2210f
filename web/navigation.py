"""The menu: one list for everybody, narrowed by role. On a phone the entries marked `on_phone` stand at the bottom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user
from sqlalchemy import func, select

from web.auth.access import me
from web.auth.identity import Identity
from web.context import reading
from workflow.models import Notice
from workflow.roles import ROLE_NAMES
from workflow.text import Text

COUNTERS = "zujian.navigation.counters"
Counter = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """`endpoint` may belong to a page that is not there yet: then the entry is not shown."""

    key: str
    label: Text
    icon: str
    endpoint: str
    groups: frozenset[str] = frozenset()
    on_phone: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it stands in the menu of this request; `is_here` also on the pages below it."""

    key: str
    label: Text
    icon: str
    address: str
    on_phone: bool
    is_here: bool
    count: int


DISTRICT_WIDE = frozenset({"manager", "committee", "federation"})
PERSONS = frozenset({"instructor", "committee", "manager"})
ENTRIES = (
    Entry("inbox", Text("待办", "To do"), "inbox", "inbox.show", on_phone=True),
    Entry("decide", Text("待决定", "To decide"), "check", "decide.show", frozenset({"committee"})),
    Entry("sessions", Text("会议", "Sessions"), "users", "committee.index", frozenset({"committee", "manager"})),
    Entry("mine", Text("我的企业", "My enterprises"), "building", "mine.show", frozenset({"instructor"})),
    Entry("cases", Text("案件", "Cases"), "folder", "cases.index", on_phone=True),
    Entry("pipeline", Text("进度", "Pipeline"), "chart-bar", "pipeline.show", DISTRICT_WIDE),
    Entry("enterprises", Text("企业", "Enterprises"), "building", "enterprises.index", DISTRICT_WIDE),
    Entry("members", Text("党员发展", "Members"), "users", "members.index", PERSONS),
    Entry("training", Text("培训", "Training"), "calendar", "training.index", PERSONS),
    Entry("people", Text("人员", "People"), "users", "people.index", frozenset({"manager"})),
    Entry("imports", Text("导入", "Import"), "upload", "imports.index", frozenset({"manager"})),
    Entry("reports", Text("报表", "Reports"), "file-text", "reports.index", frozenset({"manager"})),
    Entry("process", Text("流程图", "Process"), "route", "process.show"),
    Entry("definitions", Text("流程版本", "Process versions"), "file-text", "definitions.index", frozenset({"admin"})),
    Entry("workdays", Text("工作日历", "Calendar"), "calendar", "workdays.index", frozenset({"admin", "manager"})),
    Entry("organisations", Text("组织", "Bodies"), "users", "organisations.show", frozenset({"admin"})),
    Entry("operating", Text("运行", "Operating"), "clock", "operating.show", frozenset({"admin"})),
    Entry("notices", Text("通知", "Notices"), "bell", "notices.index", on_phone=True),
    Entry("me", Text("我的", "Me"), "user", "profile.show", on_phone=True),
)

# Pages of one case lie below the list of cases.
BELOW = {
    "case": "cases",
    "actions": "cases",
    "documents": "cases",
    "workload": "pipeline",
    "registers": "reports",
    "campaign_ledger": "reports",
    "handover": "inbox",
    "substitutes": "profile",
    "leave": "profile",
    "contacts": "profile",
    "wishes": "profile",
}


def init_app(app: Flask) -> None:
    app.extensions[COUNTERS] = {"notices": unread_notices}
    app.jinja_env.globals.update(menu=menu, viewer=viewer, role_name=lambda role: ROLE_NAMES[role])


def count_with(app: Flask, key: str, counter: Counter) -> None:
    """Puts a number beside an entry; it is asked on each page, so it must be one cheap query."""
    app.extensions[COUNTERS][key] = counter


def menu() -> list[Line]:
    """The lines for the signed-in person, worked out once for each request."""
    if "menu" not in g:
        groups = me().groups
        g.menu = [
            _line(entry)
            for entry in ENTRIES
            if entry.endpoint in current_app.view_functions and (not entry.groups or entry.groups & groups)
        ]
    return cast(list[Line], g.menu)


def _line(entry: Entry) -> Line:
    counters = cast(dict[str, Counter], current_app.extensions[COUNTERS])
    return Line(
        entry.key,
        entry.label,
        entry.icon,
        url_for(entry.endpoint),
        entry.on_phone,
        is_here=BELOW.get(request.blueprint or "", request.blueprint) == entry.endpoint.partition(".")[0],
        count=counters[entry.key]() if entry.key in counters else 0,
    )


def viewer() -> Identity | None:
    """Who is looking at the page, for the frame around it; nobody before sign-in or when all is broken."""
    if g.get("is_broken"):
        return None
    return me() if current_user.is_authenticated else None


def unread_notices() -> int:
    unread = select(func.count()).select_from(Notice).where(Notice.user_id == me().id, Notice.read_at.is_(None))
    return reading().scalar(unread) or 0
