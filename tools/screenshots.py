"""`make screenshots`: starts the product on an empty data folder and pictures each desk for the README.

The demo district is the same every time but for its passwords, so pictures change only when the pages do.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from tests.servers import free_port, wait_until

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, DESK = {"width": 360, "height": 720}, {"width": 1280, "height": 800}

# (file, account, window, how to get there from the front page)
PICTURES = (
    ("instructor-inbox", "instructor1", PHONE, "/inbox"),
    ("instructor-case", "instructor1", PHONE, "first case"),
    ("committee-decide", "approver1", DESK, "/decide"),
    ("committee-case", "approver1", DESK, "first decision"),
    ("manager-pipeline", "org_dept", DESK, "/pipeline"),
    ("manager-process", "org_dept", DESK, "/process"),
)


@contextmanager
def running_product() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a fresh product and the passwords of its demo accounts."""
    with TemporaryDirectory(prefix="zujian-shots-") as folder:
        port = free_port()
        environment = {"PATH": "/usr/bin:/bin", "ZUJIAN_DATA_DIR": folder, "PORT": str(port)}
        command = [sys.executable, "-m", "workflow.cli", "run"]
        product = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603  # our own program
        accounts = Path(folder) / "demo-accounts.txt"
        try:
            wait_until(lambda: accounts.exists() and _answers(port), "the product", within=180)
            rows = (line.split("\t") for line in accounts.read_text(encoding="utf-8").splitlines())
            yield f"http://127.0.0.1:{port}", {row[0]: row[1] for row in rows}
        finally:
            product.send_signal(signal.SIGINT)
            product.wait()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:  # our own address
            return bool(answer.status == 200)
    except OSError:
        return False


def sign_in(page: Page, address: str, username: str, password: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.click("button.primary")


def go(page: Page, address: str, where: str) -> None:
    if where.startswith("/"):
        page.goto(address + where)
        return
    page.goto(address + ("/decide" if where == "first decision" else "/inbox"))
    page.locator(".item a, a.item").first.click()
    page.wait_for_load_state()


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with running_product() as (address, passwords), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, account, window, where in PICTURES:
            context = browser.new_context(viewport=window, locale="zh-CN")  # type: ignore[arg-type]  # a plain size
            page = context.new_page()
            sign_in(page, address, account, passwords[account])
            go(page, address, where)
            page.screenshot(path=TARGET / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
