"""Verifying an exported case without the database: every file, the chain of the history, and the papers it names.

The chain has no secret in it: who can write the whole folder anew can write a whole chain anew. That the head is the
one the database has is asked beside it, where the database is at hand.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflow.casefile.contents import HISTORY
from workflow.casefile.export import FORMAT, MANIFEST
from workflow.engine.documents import ATTACH
from workflow.errors import InvalidInput
from workflow.ledger import GENESIS, fault_of
from workflow.text import Text

UNREADABLE = Text("不是导出的案卷，或已损坏", "This is no exported case, or it is damaged")
Read = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was verified; `faults` is empty where all of it holds."""

    case_id: int
    head: str
    entries: int
    papers: int
    faults: tuple[Text, ...]


def verify_casefile(source: Path) -> Finding:
    """Raises InvalidInput for what is no exported case at all."""
    try:
        files = _read(source)
        manifest = json.loads(files[MANIFEST])
        if manifest["format"] != FORMAT:
            raise InvalidInput({"source": UNREADABLE})
        history = json.loads(files[HISTORY])
        faults = (*_files(manifest, files), *_chain(manifest, history), *_papers(history, files))
        papers = sum(1 for name in files if name.startswith("papers/"))
        return Finding(manifest["case"]["id"], manifest["ledger"]["head"], len(history), papers, faults)
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise InvalidInput({"source": UNREADABLE}) from error


def _read(source: Path) -> Read:
    if source.is_dir():
        return {p.relative_to(source).as_posix(): p.read_bytes() for p in source.rglob("*") if p.is_file()}
    with zipfile.ZipFile(source) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _files(manifest: Mapping[str, Any], files: Read) -> Iterator[Text]:
    named = {row["path"]: row["sha256"] for row in manifest["files"]}
    for path, sha256 in named.items():
        if path not in files:
            yield Text(f"缺少文件：{path}", f"A file is missing: {path}")
        elif hashlib.sha256(files[path]).hexdigest() != sha256:
            yield Text(f"文件被改动：{path}", f"A file was changed: {path}")
    for path in sorted(files.keys() - named.keys() - {MANIFEST}):
        yield Text(f"多出文件：{path}", f"A file was added: {path}")


def _chain(manifest: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    previous = GENESIS
    for seq, entry in enumerate(history, start=1):
        if fault := fault_of(entry, seq, previous):
            yield Text(f"历史第 {seq} 条不符：{fault}", f"Entry {seq} of the history: {fault}")
            return
        previous = entry["hash"]
    if manifest["ledger"] != {"entries": len(history), "head": previous}:
        yield Text("历史末尾缺少记录，或首条摘要被改动", "Entries are missing at the end, or the head was changed")


def _papers(history: Sequence[Mapping[str, Any]], files: Read) -> Iterator[Text]:
    """Each paper is the one whose digest the history noted when it was brought."""
    for entry in history:
        if entry["action"] != ATTACH:
            continue
        about = entry["content"]["document"]
        stem = f"papers/{about['code']}-v{about['version']}"
        found = next((content for name, content in files.items() if name.rpartition(".")[0] == stem), None)
        if found is None:
            yield Text(f"历史所记文件不在案卷中：{stem}", f"A paper of the history is not there: {stem}")
        elif hashlib.sha256(found).hexdigest() != about["sha256"]:
            yield Text(f"文件与历史所记不符：{stem}", f"A paper is not the one the history names: {stem}")
