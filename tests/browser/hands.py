"""What a hand does in the browser, waited for: a page that comes late must not be taken for the one before it."""

from __future__ import annotations

from playwright.sync_api import Locator


def press(button: Locator) -> None:
    """Presses what leads to another page, and returns when that page is there."""
    with button.page.expect_navigation():
        button.click()
