"""Writing the folder of a case, as a folder or as a zip: whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from workflow.casefile.contents import contents
from workflow.engine.work import CaseWork
from workflow.errors import Conflict
from workflow.text import Text

FORMAT = "zujian-casefile-1"
MANIFEST = "manifest.json"
FIRST_INSTANT = (1980, 1, 1, 0, 0, 0)
Put = Callable[[str, bytes], Any]


def export_folder(work: CaseWork, target: Path, now: datetime) -> dict[str, Any]:
    """Answers the manifest; Conflict where there is something of that name already."""
    _refuse_existing(target)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".casefile-") as partial:
        folder = Path(partial) / "case"

        def put(name: str, content: bytes) -> None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

        manifest = _write(work, put, now)
        folder.rename(target)
    return manifest


def export_zip(work: CaseWork, target: Path, now: datetime) -> dict[str, Any]:
    """The same as one file."""
    _refuse_existing(target)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".casefile-", delete=False) as partial:
        try:
            manifest = write_zip(work, partial, now)
        except BaseException:
            os.unlink(partial.name)
            raise
    shutil.move(partial.name, target)
    return manifest


def write_zip(work: CaseWork, out: IO[bytes], now: datetime) -> dict[str, Any]:
    """Into an open file; answers the manifest."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, FIRST_INSTANT), content, zipfile.ZIP_DEFLATED)

        return _write(work, put, now)


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise Conflict(Text(f"{target} 已经存在：请换一个名字", f"{target} is there already: choose another name"))


def _write(work: CaseWork, put: Put, now: datetime) -> dict[str, Any]:
    files = []
    for name, content in contents(work):
        put(name, content)
        files.append({"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()})
    case, definition = work.case, work.definition
    manifest = {
        "format": FORMAT,
        "case": {"id": case.id, "enterprise": work.enterprise.name, "credit_code": work.enterprise.credit_code},
        "state": case.state,
        "process": {"name": definition.process, "version": definition.version, "sha256": definition.digest},
        "ledger": {"entries": case.version, "head": case.ledger_head},
        "exported_at": now.isoformat(),
        "files": files,
    }
    put(MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
    return manifest
