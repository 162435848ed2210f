"""PostgreSQL's own tools. The password goes by the environment of the child, never by its command line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from workflow.backup.manifest import BackupRefused
from workflow.text import Text

BESIDE = Path("/usr/lib/postgresql")


def dump(url: str, snapshot: str, target: Path) -> None:
    """Everything as of an exported snapshot. Raises BackupRefused with what the tool says."""
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={target}")


def load(url: str, source: Path) -> None:
    """All of it or nothing."""
    options = ("--no-owner", "--no-acl", "--exit-on-error", "--single-transaction")
    _run("pg_restore", url, *options, str(source))


def tool(name: str) -> str:
    """On PATH, or of the newest version where Debian puts it. Raises BackupRefused where there is none."""
    installed = sorted(BESIDE.glob(f"*/bin/{name}"), key=_version, reverse=True)
    found = str(installed[0]) if installed else shutil.which(name)
    if found is None:
        raise BackupRefused(
            Text(
                f"找不到 {name}：请安装 postgresql-client（版本不低于服务器），或在有它的机器上执行",
                f"{name} was not found: install postgresql-client, not older than the server, or run this where it is",
            )
        )
    return found


def _version(path: Path) -> float:
    number = path.parts[-3]
    return float(number) if re.fullmatch(r"\d+(\.\d+)?", number) else 0.0


def _run(name: str, url: str, *options: str) -> None:
    parts = make_url(url)
    address = parts.set(drivername="postgresql", password=None).render_as_string()
    # Nothing else of ours: what the connection needs stands in its address.
    environment = {"PATH": os.defpath, **({"PGPASSWORD": str(parts.password)} if parts.password else {})}
    done = subprocess.run(
        [tool(name), "--no-password", f"--dbname={address}", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason was given"])[0]
        raise BackupRefused(Text(f"{name} 未成功：{said}", f"{name} did not succeed: {said}"))
