"""The front-end files the product carries are the ones that were chosen, unchanged, and with their licences."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "web" / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_each_file_is_the_one_that_was_recorded(package: dict[str, object]) -> None:
    folder = VENDOR / str(package["folder"])
    found = {
        file.name: "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
        for file in folder.iterdir()
    }
    assert found == package["files"]
    assert "LICENSE" in found


def test_nothing_else_lies_among_them() -> None:
    assert {path.name for path in VENDOR.iterdir()} == {"vendor.json", *(package["folder"] for package in PACKAGES)}


def test_versions_agree_with_the_list_and_its_lock() -> None:
    tools = ROOT / "tools" / "vendor"
    wanted = json.loads((tools / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock_text = (tools / "package-lock.json").read_text(encoding="utf-8")
    locked = json.loads(lock_text)["packages"]
    assert {package["name"]: package["version"] for package in PACKAGES} == wanted
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    # A lock must work with whatever registry a place has: hashes, no addresses.
    assert all("integrity" in entry for path, entry in locked.items() if path)
    assert "resolved" not in lock_text


def test_every_icon_and_sheet_a_page_names_is_there() -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "web" / "templates").rglob("*.html"))
    icons = {path.stem for path in VENDOR.glob("tabler-icons-*/*.svg")}
    assert set(re.findall(r'icon\("([a-z-]+)"', pages)) <= icons
    for asset in re.findall(r"""asset\(['"]([^'"~]+)['"]\)""", pages):
        assert (ROOT / "web" / "static" / asset).is_file(), asset
