"""The frame in a real browser: no rule broken, nothing off the screen, usable by keyboard and without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser.hands import press
from tests.district import PASSWORD, District
from tests.visitor import make_app

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = [360, 1280]


@pytest.fixture
def address(sqlite_district: District, serve: Callable[[Flask], str]) -> str:
    return serve(make_app(sqlite_district.runtime))


def open_page(browser: Browser, width: int, **options: Any) -> tuple[Page, list[str]]:
    """A page and what its console says, refused answers left out: those are shown to the person."""
    page = browser.new_context(viewport={"width": width, "height": 640}, **options).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


def sign_in(page: Page, address: str, username: str = "social_work.user", password: str = PASSWORD) -> None:
    page.goto(f"{address}/sign-in?next=/me")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    press(page.get_by_role("button", name="登录"))


def assert_well_made(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": STANDARDS}).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = """[...document.querySelectorAll('a, button, input, select, textarea')]
        .filter(e => e.checkVisibility() && e.tabIndex >= 0 && e.type != 'hidden')
        .map(e => [e.outerHTML, e.getBoundingClientRect()])
        .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24)).map(([html]) => html)"""
    assert page.evaluate(small) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_the_frame_are_well_made_at_every_width(
    browser: Browser, address: str, width: int, language: str
) -> None:
    page, said = open_page(browser, width)
    page.goto(f"{address}/sign-in?lang={language}")
    assert_well_made(page)
    sign_in(page, address)
    page.wait_for_url(f"{address}/me")
    for path in ("/me", "/me/password"):
        page.goto(f"{address}{path}?lang={language}")
        assert_well_made(page)
    assert said == []
    page.goto(f"{address}/no/such/page?lang={language}")
    assert_well_made(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_refused_sign_in_leads_the_eye_to_what_is_wrong(browser: Browser, address: str, width: int) -> None:
    page, _ = open_page(browser, width)
    sign_in(page, address, password="wrong guess")
    assert page.title().startswith("错误：")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.get_by_label("用户名").input_value() == "social_work.user"
    assert_well_made(page)


def test_the_way_in_and_out_needs_no_script(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, 360, java_script_enabled=False)
    sign_in(page, address)
    with page.expect_navigation(url="**/sign-in*"):
        page.get_by_role("button", name="退出登录").click()
    assert page.get_by_text("已退出登录").is_visible()


def test_the_way_in_needs_no_mouse(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, 1280)
    page.goto(f"{address}/sign-in?next=/me")
    page.keyboard.type("social_work.user")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/me")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_on_a_phone_the_menu_is_within_reach_of_the_thumb(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, 360)
    sign_in(page, address)
    bar = page.locator(".bottom-bar").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] == 640
    links = page.locator(".bottom-bar a").all()
    assert links
    assert all((box := link.bounding_box()) and box["height"] >= 44 and box["width"] >= 44 for link in links)


def test_the_first_page_weighs_little(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, 360)
    weights: list[int] = []
    page.on("requestfinished", lambda request: weights.append(request.sizes()["responseBodySize"]))
    page.goto(f"{address}/sign-in")
    assert 0 < sum(weights) < 200_000
