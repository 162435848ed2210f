"""Copies the front-end files named in `package.json` into `web/static/vendor` and writes `vendor.json` beside them.

Run `npm ci` here first (it needs a package registry); the product itself needs neither npm nor a build.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from pathlib import Path

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
TARGET = HERE.parents[1] / "web" / "static" / "vendor"


def main() -> None:
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    shutil.rmtree(TARGET, ignore_errors=True)
    packages = [
        copy_package(name, version, wanted["vendored"][name]) for name, version in wanted["dependencies"].items()
    ]
    (TARGET / "vendor.json").write_text(json.dumps(packages, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def copy_package(name: str, version: str, files: list[str]) -> dict[str, object]:
    """Copies the named files and the licence; answers the package's entry of `vendor.json`."""
    source = MODULES / name
    about = json.loads((source / "package.json").read_text(encoding="utf-8"))
    if about["version"] != version:
        raise SystemExit(f"{name}: {version} is wanted, {about['version']} is installed; run npm ci")
    folder = TARGET / f"{name.strip('@').replace('/', '-').removesuffix('.org')}-{version}"
    folder.mkdir(parents=True)
    hashes = {}
    for file in [*files, "LICENSE"]:
        copied = Path(shutil.copy(source / file, folder))
        hashes[copied.name] = sha384(copied)
    return {"name": name, "version": version, "licence": about["license"], "folder": folder.name, "files": hashes}


def sha384(file: Path) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


if __name__ == "__main__":
    main()
