"""The whole walk in a browser, on the demo district: three roles take an enterprise to *branch established*.

The instructor works on a 360-pixel phone, committee and manager at a desk. Afterwards everybody was told and the
history proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from sqlalchemy import select

from tests.browser.hands import press
from tests.html_forms import as_fields
from tests.visitor import make_app
from workflow.database import Database
from workflow.delivery.in_app import InApp
from workflow.demo import create_demo
from workflow.engine import available_actions
from workflow.ledger import verify
from workflow.models import Case, LedgerEntry, Organisation, OutboxRow, User
from workflow.runtime import Runtime

PHONE, DESK = {"width": 360, "height": 640}, {"width": 1280, "height": 800}
CHAMBER = "青溪镇商会党委"

SIGN = "sign_agree"
# (who, action, papers brought before it)
WALK = (
    ("social_work", "assign_instructor", ()),
    ("instructor1", "log_visit", ()),
    ("instructor1", "start_training", ()),
    ("instructor1", "record_headcount", ()),
    ("instructor1", "mark_ready", ()),
    ("instructor1", "submit", ("D01", "D02", "D06")),
    ("clerk1", "accept", ()),
    ("approver1", "approve", ()),
    ("instructor1", "submit_candidates", ()),
    ("approver1", "clear_candidates", ()),
    ("member1", SIGN, ()),
    ("instructor1", "record_election", ()),
    ("instructor1", "submit_result", ("D13", "D14", "D15")),
    ("approver1", "confirm_result", ()),
    ("clerk1", "file", ("D08", "D16", "D17")),
    ("org_dept", "acknowledge_filing", ()),
)


@dataclass
class Desk:
    """One person's browser window."""

    runtime: Runtime
    username: str
    page: Page
    address: str

    def open_case(self, case_id: int) -> None:
        self.page.goto(f"{self.address}/cases/{case_id}")

    def take(self, case_id: int, action: str) -> None:
        """Presses the action's button on the case page, fills its form in, checks and confirms."""
        self.open_case(case_id)
        link = self.page.locator(f'a[href="/cases/{case_id}/actions/{action}"]').first
        assert link.is_visible(), f"{self.username} finds no button for {action}"
        press(link)
        self._fill(as_fields(self._example(case_id, action)))
        press(self.page.locator("#entry .form-end button").first)
        confirm = self.page.locator('button[name="checked"]')
        if confirm.count():
            press(confirm)
        assert self.page.url.split("?")[0].split("#")[0] == f"{self.address}/cases/{case_id}", self.page.inner_text(
            "main"
        )

    def make(self, case_id: int, gesture: str) -> None:
        """Finds in the inbox what is asked, opens the case and makes the gesture."""
        self.page.goto(f"{self.address}/inbox")
        press(self.page.locator(f'main a[href="/cases/{case_id}"]').first)
        press(self.page.locator(f'a[href="/cases/{case_id}/gestures/{gesture}"]').first)
        press(self.page.locator("main form .form-end button").first)
        assert self.page.url.split("?")[0].split("#")[0] == f"{self.address}/cases/{case_id}"

    def bring(self, case_id: int, code: str, file: Path) -> None:
        self.page.goto(f"{self.address}/cases/{case_id}/documents/new?code={code}")
        self.page.select_option("select[name=code]", code)
        self.page.set_input_files("input[name=file]", file)
        press(self.page.locator("main form button.primary"))

    def _fill(self, fields: dict[str, str]) -> None:
        for name, value in fields.items():
            field = self.page.locator(f'#entry [name="{name}"]')
            if field.count() and field.is_visible():
                _enter(field, value)

    def _example(self, case_id: int, action: str) -> dict[str, Any]:
        with self.runtime.db.reading() as session:
            user = session.scalars(select(User).where(User.username == self.username)).one()
            views = available_actions(session, self.runtime, case_id, user.id)
        example = next(dict(view.example) for view in views if view.action == action)
        changes = {"assign_instructor": {"instructor": "instructor1"}, "record_headcount": {"full_members": 3}}
        return example | changes.get(action, {})


def _enter(field: Locator, value: str) -> None:
    if field.evaluate("element => element.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


@pytest.fixture
def demo(sqlite_database: Database, tmp_path: Path) -> tuple[Runtime, dict[str, str]]:
    runtime = Runtime(sqlite_database, tmp_path / "documents")
    accounts = tmp_path / "demo-accounts.txt"
    create_demo(runtime, accounts)
    rows = (line.split("\t") for line in accounts.read_text(encoding="utf-8").splitlines())
    return runtime, {row[0]: row[1] for row in rows}


@pytest.fixture
def sit_down(
    demo: tuple[Runtime, dict[str, str]], browser: Browser, serve: Callable[[Flask], str]
) -> Iterator[Callable[[str], Desk]]:
    """Signs a demo account in, once, in a window of its own; complains of anything the browser complained of."""
    runtime, passwords = demo
    address = serve(make_app(runtime, base_url="http://127.0.0.1"))
    desks: dict[str, Desk] = {}
    windows: list[BrowserContext] = []
    complaints: list[str] = []

    def sit(username: str) -> Desk:
        if username not in desks:
            window = browser.new_context(viewport=PHONE if "instructor" in username else DESK)  # type: ignore[arg-type]
            windows.append(window)
            page = window.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.goto(f"{address}/sign-in")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", passwords[username])
            press(page.locator("main form button").first)
            desks[username] = Desk(runtime, username, page, address)
        return desks[username]

    yield sit
    for window in windows:
        window.close()
    assert complaints == []


def waiting_case(runtime: Runtime) -> int:
    """The first case of the chamber that nobody has begun."""
    with runtime.db.reading() as session:
        query = select(Case.id).join(Organisation, Organisation.id == Case.chamber_id)
        return session.scalars(query.where(Case.state == "no_branch", Organisation.name == CHAMBER)).first() or 0


def test_three_roles_take_an_enterprise_to_branch_established(
    demo: tuple[Runtime, dict[str, str]], sit_down: Callable[[str], Desk], tmp_path: Path
) -> None:
    runtime, _ = demo
    case_id = waiting_case(runtime)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.4 a paper")

    for who, action, papers in WALK:
        desk = sit_down(who)
        for code in papers:
            desk.bring(case_id, code, paper)
        desk.make(case_id, action) if action == SIGN else desk.take(case_id, action)

    manager = sit_down("org_dept")
    manager.open_case(case_id)
    assert "党支部已成立" in manager.page.inner_text("main")
    with runtime.db.reading() as session:
        assert session.get_one(Case, case_id).state == "established"
        assert verify(session).ok
    _everybody_finds_the_notice(runtime, case_id, sit_down)


def _everybody_finds_the_notice(runtime: Runtime, case_id: int, sit_down: Callable[[str], Desk]) -> None:
    channel = InApp(runtime.db, runtime.clock)
    with runtime.db.reading() as session:
        last = session.scalars(
            select(LedgerEntry.seq).where(LedgerEntry.case_id == case_id).order_by(LedgerEntry.seq.desc())
        ).first()
        rows = session.scalars(
            select(OutboxRow).where(OutboxRow.event == f"case:{case_id}:{last}", OutboxRow.channel == "in_app")
        ).all()
    for row in rows:
        channel.deliver(row)
    for who in ("instructor1", "clerk1", "approver1", "social_work"):
        desk = sit_down(who)
        desk.page.goto(f"{desk.address}/notices")
        assert "党支部已成立" in desk.page.inner_text("main"), who


def test_a_blocked_step_says_what_is_short_and_leads_to_where_it_is_mended(
    demo: tuple[Runtime, dict[str, str]], sit_down: Callable[[str], Desk]
) -> None:
    runtime, _ = demo
    case_id = waiting_case(runtime)
    sit_down("social_work").take(case_id, "assign_instructor")
    instructor = sit_down("instructor1")
    instructor.open_case(case_id)

    words = instructor.page.inner_text("#actions")
    assert "还没有走访记录" in words
    assert "G04" in words
    mend = instructor.page.locator(f'#actions a[href="/cases/{case_id}/actions/log_visit"]').first
    box = mend.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert instructor.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
