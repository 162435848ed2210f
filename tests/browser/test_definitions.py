"""An administrator publishes a version and goes back, in a real browser: on a phone, at a desk, without script too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.hands import press
from tests.browser.test_frame import WIDTHS, assert_well_made, open_page, sign_in
from tests.district import District
from tests.versions import RENAMED, version_of
from tests.visitor import make_app
from workflow.publishing.move_run import run_next
from workflow.publishing.publish import publish


@pytest.mark.parametrize(
    ("width", "with_script"), [(WIDTHS[0], True), (WIDTHS[-1], False)], ids=["script", "no script"]
)
def test_from_the_upload_to_the_publication_and_back(
    browser: Browser,
    sqlite_district: District,
    serve: Callable[[Flask], str],
    tmp_path: Path,
    width: int,
    with_script: bool,
) -> None:
    district = sqlite_district
    case_id = district.walk(district.open("first"), until="under_review")
    district.walk(district.open("second"), until="submitted")
    good, faulty, dropping = (tmp_path / f"{name}.yaml" for name in ("good", "faulty", "dropping"))
    good.write_text(RENAMED, encoding="utf-8")
    faulty.write_text(version_of(2, (r"guards: \[first_visit_logged\]", "guards: [no_such]")), encoding="utf-8")
    dropping.write_text(version_of(2, (r"(?<!\w)under_review(?!\w)", "deliberated")), encoding="utf-8")
    address = serve(make_app(district.runtime))
    page, said = open_page(browser, width, java_script_enabled=with_script)
    sign_in(page, address, "admin.user")

    def look() -> None:
        page.screenshot(path=tmp_path / f"{width}-{page.title()}.png", full_page=True)
        if with_script:
            assert_well_made(page)

    def upload(path: Path) -> None:
        page.goto(f"{address}/definitions")
        page.set_input_files("input[type=file]", path)
        press(page.get_by_role("button", name="上传并核验"))

    upload(faulty)
    assert "unknown guard no_such" in page.content()
    look()
    upload(dropping)
    assert "这一版不能发布" in page.content()
    look()
    upload(good)
    look()
    page.get_by_label("同时迁移").check()
    page.get_by_label("说明").fill("试行")
    press(page.get_by_role("button", name="下一步：确认发布"))
    look()
    page.get_by_role("button", name="发布并迁移").click()
    page.wait_for_url(f"{address}/definitions")
    look()
    assert district.state(case_id) == "deliberated"
    press(page.get_by_role("link", name="恢复到这一版"))
    look()
    page.get_by_role("button", name="恢复到第 1 版").click()
    page.wait_for_url(f"{address}/definitions")
    assert district.state(case_id) == "under_review"
    page.goto(f"{address}/definitions/move")
    look()
    assert [line for line in said if "Failed to load resource" not in line] == []


@pytest.mark.parametrize("width", [WIDTHS[0]])
def test_whoever_moves_many_watches_until_it_is_done(
    browser: Browser,
    sqlite_district: District,
    serve: Callable[[Flask], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    """The page renews itself, and becomes the result when a worker has done its part."""
    monkeypatch.setattr("workflow.publishing.move_run.CHUNK", 1)
    district = sqlite_district
    district.walk(district.open("first"), until="ready")
    district.open("second")
    publish(district.runtime, version_of(2, (r"(?<!\w)T06(?!\w)", "T26")), actor_id=None)
    address = serve(make_app(district.runtime))
    page, said = open_page(browser, width)
    sign_in(page, address, "admin.user")
    page.goto(f"{address}/definitions/move")
    page.get_by_role("button", name="迁移 1 件案件").click()
    page.wait_for_url(f"{address}/definitions/moves/1")
    page.get_by_text("等待处理").wait_for()
    page.screenshot(path=tmp_path / f"{width}-waiting.png", full_page=True)
    assert_well_made(page)
    assert run_next(district.runtime)
    page.get_by_text("迁移完成").wait_for()
    assert "T06" in page.content()
    page.screenshot(path=tmp_path / f"{width}-done.png", full_page=True)
    assert_well_made(page)
    page.goto(f"{address}/definitions")
    page.screenshot(path=tmp_path / f"{width}-versions.png", full_page=True)
    assert_well_made(page)
    assert said == []
