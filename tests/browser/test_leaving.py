"""What was typed is not left behind without a word."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Browser, Dialog

from tests.browser.test_frame import open_page, sign_in
from tests.district import District
from tests.visitor import make_app


def test_the_other_language_asks_before_it_loses_what_was_typed_and_sending_does_not(
    browser: Browser, sqlite_district: District, serve: Callable[[Flask], str]
) -> None:
    case_id = sqlite_district.walk(sqlite_district.open(), until="training")
    address = serve(make_app(sqlite_district.runtime))
    page, _ = open_page(browser, 1280)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    sign_in(page, address, "instructor.user")
    page.goto(f"{address}/cases/{case_id}/actions/log_visit")
    topics = page.locator("textarea[name=topics]")
    topics.press_sequentially("谈了组建")

    for _ in range(2):
        page.locator("form[action='/locale'] button").click()
        page.wait_for_function("document.querySelector('[name=topics]') !== null")
    page.fill("input[name=met]", "综合部负责人")
    page.locator("#entry .button.primary").click()
    page.wait_for_url(f"{address}/cases/{case_id}*")

    assert asked == ["beforeunload", "beforeunload"]
    assert "log_visit" in sqlite_district.actions(case_id)[-1]
