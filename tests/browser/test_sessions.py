"""A session in a real browser: three cases decided by keyboard on the demo district, pages that break no rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.browser.hands import press
from tests.browser.test_frame import assert_well_made, open_page, sign_in
from tests.committee import Committee
from tests.district import District
from tests.visitor import make_app
from workflow.database import Database
from workflow.ledger import verify
from workflow.models import Case, SessionItem
from workflow.runtime import Runtime


@pytest.fixture
def demo(demo_dir: Path) -> tuple[Runtime, dict[str, str]]:
    runtime = Runtime(Database(f"sqlite:///{demo_dir / 'zujian.db'}"), demo_dir / "documents")
    rows = (line.split("\t") for line in (demo_dir / "demo-accounts.txt").read_text(encoding="utf-8").splitlines())
    return runtime, {row[0]: row[1] for row in rows}


def test_three_cases_are_decided_by_keyboard_and_move_together(
    demo: tuple[Runtime, dict[str, str]], browser: Browser, serve: Callable[[Flask], str]
) -> None:
    runtime, passwords = demo
    address = serve(make_app(runtime, base_url="http://127.0.0.1"))
    page, said = open_page(browser, 1280)
    sign_in(page, address, "clerk1", passwords["clerk1"])
    page.goto(f"{address}/sessions/1")
    for seat in page.locator("select[name^='attendance.']").all():
        seat.select_option("attending")
    press(page.get_by_role("button", name="保存签到"))
    assert "实到 7 人" in page.inner_text("#roll")

    press(page.get_by_role("link", name="逐件研究"))
    cases = cases_of(runtime)
    shows(page, cases[0])
    # There and back along the agenda.
    page.keyboard.press("j")
    shows(page, cases[1])
    page.keyboard.press("k")
    shows(page, cases[0])
    # Agreed, agreed, put off with a reason.
    for following in (cases[1], cases[2]):
        page.keyboard.press("a")
        page.keyboard.press("Enter")
        shows(page, following)
    page.keyboard.press("p")
    page.keyboard.type("材料待补，下次再议 akj")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sessions/1#agenda")
    assert page.inner_text("#agenda").count("同意") == 2

    approver, more = open_page(browser, 1280)
    sign_in(approver, address, "approver1", passwords["approver1"])
    approver.goto(f"{address}/sessions/1/close")
    approver.get_by_role("button", name="闭会，办理 2 件").click()
    approver.wait_for_url("**/minutes")
    assert "文号 青商党" in approver.inner_text("main")
    assert states_of(runtime, cases) == ["approved", "result_confirmed", "candidates_submitted"]
    with runtime.db.reading() as session:
        assert verify(session).ok
    runtime.db.dispose()
    assert said + more == []


def shows(page: Page, case_id: int) -> None:
    """Waits until the page of a case listens to the keys: a key pressed before is lost."""
    page.wait_for_url(f"**/decide/{case_id}")
    page.locator("[data-keys]").wait_for()


def cases_of(runtime: Runtime) -> list[int]:
    with runtime.db.reading() as session:
        return list(session.scalars(select(SessionItem.case_id).order_by(SessionItem.position)))


def states_of(runtime: Runtime, cases: list[int]) -> list[str]:
    with runtime.db.reading() as session:
        return [session.get_one(Case, case_id).state for case_id in cases]


def at(page: Page) -> int:
    """The case on the screen."""
    return int(page.url.rpartition("/")[2])


@pytest.mark.parametrize(("width", "language"), [(360, "en"), (1280, "zh")])
def test_the_pages_of_a_session_are_well_made(
    sqlite_district: District, browser: Browser, serve: Callable[[Flask], str], width: int, language: str
) -> None:
    committee = Committee(sqlite_district).plan()
    first, second = committee.put("first", "second")
    committee.recuse(first, "张三")
    committee.decide(first, yes=5, no=1)
    sqlite_district.set_members(2, enterprise="second")
    committee.decide(second)
    address = serve(make_app(sqlite_district.runtime))
    page, said = open_page(browser, width)
    sign_in(page, address, "approver.user")
    base = f"{address}/sessions/{committee.session_id}"
    paths = ("", "/roll", "/edit", f"/decide/{first}", "/close", "/minutes")
    for path in (f"{address}/sessions", f"{address}/sessions/numbering", *(base + path for path in paths)):
        page.goto(f"{path}?lang={language}")
        for summary in page.locator("details > summary").all():
            summary.click()
        assert_well_made(page)
    assert said == []


def test_the_keys_can_be_switched_off(
    sqlite_district: District, browser: Browser, serve: Callable[[Flask], str]
) -> None:
    committee = Committee(sqlite_district).plan()
    first, _ = committee.put("first", "second")
    address = serve(make_app(sqlite_district.runtime))
    page, _ = open_page(browser, 1280)
    sign_in(page, address, "clerk.user")
    page.goto(f"{address}/sessions/{committee.session_id}/decide/{first}")
    page.get_by_role("button", name="快捷键已开").click()
    page.keyboard.press("r")
    assert page.locator("input[name=answer]:checked").get_attribute("value") == "agree"
    page.get_by_role("button", name="快捷键已关").click()
    page.keyboard.press("r")
    assert page.locator("input[name=answer]:checked").get_attribute("value") == "refuse"
