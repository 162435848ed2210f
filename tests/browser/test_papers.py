"""Making a paper with hands: the file comes down, and the form can still be sent after it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Browser

from tests.browser.hands import press
from tests.browser.test_frame import assert_well_made, open_page, sign_in
from tests.district import District
from tests.visitor import make_app


def test_a_paper_is_fetched_and_then_kept(
    browser: Browser, sqlite_district: District, serve: Callable[[Flask], str]
) -> None:
    case_id = sqlite_district.walk(sqlite_district.open(), until="ready")
    address = serve(make_app(sqlite_district.runtime))
    page, _ = open_page(browser, 360)
    sign_in(page, address, "instructor.user")
    page.goto(f"{address}/cases/{case_id}")
    press(page.get_by_role("link", name="生成 关于成立党支部的请示"))
    for name, value in {"business": "零件", "proposed_secretary": "张三", "contact": "王", "phone": "1"}.items():
        page.fill(f"[name={name}]", value)
    with page.expect_download() as fetched:
        page.get_by_role("button", name="下载 DOCX").click()
    page.locator(".form-end").get_by_role("button", name="预览").click()
    page.wait_for_selector(".official-paper")
    assert_well_made(page)
    page.get_by_role("button", name="存入案件").click()
    page.wait_for_url(f"{address}/cases/{case_id}*")

    assert fetched.value.suggested_filename.endswith("的请示.docx")
    assert "已存入案件" in page.inner_text("main")
