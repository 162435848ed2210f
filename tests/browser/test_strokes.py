"""Candidates in the order of the ballot paper: by the strokes of their surnames (姓氏笔画)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Browser

from tests.browser.hands import press
from tests.browser.test_frame import open_page, sign_in
from tests.district import District
from tests.visitor import make_app


def test_candidates_are_put_in_the_order_of_strokes_with_all_that_was_typed_of_each(
    browser: Browser, sqlite_district: District, serve: Callable[[Flask], str]
) -> None:
    sqlite_district.set_members(7)
    case_id = sqlite_district.walk(sqlite_district.open(), until="approved")
    address = serve(make_app(sqlite_district.runtime))
    page, said = open_page(browser, 360)
    sign_in(page, address, "instructor.user")
    page.goto(f"{address}/cases/{case_id}/actions/submit_candidates")
    for row, (name, years) in enumerate([("张三", "3"), ("赵六", "6"), ("丁一", "1"), ("司马光", "9")]):
        if row:
            press(page.locator("button[name=add_row][value=candidates]"))
        page.fill(f"[name='candidates.{row}.name']", name)
        page.fill(f"[name='candidates.{row}.standing_years']", years)
    page.get_by_role("button", name="按姓氏笔画排序").click()

    def typed(column: str) -> list[str]:
        return [page.input_value(f"[name='candidates.{row}.{column}']") for row in range(4)]

    assert typed("name") == ["丁一", "司马光", "张三", "赵六"]
    assert typed("standing_years") == ["1", "9", "3", "6"]
    assert said == []
