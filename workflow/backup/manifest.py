"""What a backup says of itself: which files with which digests, of which version, and where the history then ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.errors import WorkflowError
from workflow.models import Case, LedgerEntry, Person
from workflow.text import Text
from workflow.vault import key_id

FILE = "manifest.json"
FORMAT = 1
DATABASE = {"sqlite": "zujian.db", "postgresql": "zujian.dump"}


class BackupRefused(WorkflowError):
    """A backup that cannot be made, read or brought back; nothing was changed."""


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """How many entries there were, and the newest of them: a restored history has to end there."""

    cases: int
    entries: int
    newest: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files` are all but this one, by their path in the backup. `keys` are the ids of the field keys that values were
    sealed with: the keys themselves are kept elsewhere.
    """

    made_at: datetime
    store: str
    revision: str
    ledger: LedgerHead
    keys: tuple[str, ...]
    files: Mapping[str, str]

    def write(self, folder: Path) -> None:
        body = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        (folder / FILE).write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Raises BackupRefused for what is no backup of ours."""
    try:
        body: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if body.pop("format") != FORMAT:
            raise ValueError("another format")
        made_at, ledger = datetime.fromisoformat(body.pop("made_at")), LedgerHead(**body.pop("ledger"))
        return Manifest(made_at=made_at, ledger=ledger, keys=tuple(body.pop("keys")), **body)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupRefused(
            Text(f"{folder} 不是可读的备份（缺少或读不懂 {FILE}）", f"{folder} is no readable backup: see {FILE}")
        ) from error


def verify_files(manifest: Manifest, folder: Path) -> None:
    """Raises BackupRefused naming the first file that is missing or was changed, or one that leads elsewhere."""
    for name, wanted in manifest.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file() or digest_of(path) != wanted:
            raise BackupRefused(
                Text(
                    f"备份中的 {name} 缺失或已改变，没有恢复", f"{name} is missing or was changed: nothing is restored"
                )
            )


def files_in(folder: Path) -> Iterator[str]:
    """Every file but the manifest, by its path in the folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != FILE:
            yield path.relative_to(folder).as_posix()


def digest_of(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def head_of(session: Session) -> LedgerHead:
    newest = select(LedgerEntry.hash).order_by(LedgerEntry.id.desc()).limit(1)
    counted = select(func.count()).select_from(LedgerEntry)
    cases = session.scalar(select(func.count()).select_from(Case)) or 0
    return LedgerHead(cases, session.scalar(counted) or 0, session.scalar(newest))


def keys_needed(session: Session) -> tuple[str, ...]:
    """The ids of the keys that sealed what is there."""
    found: set[str] = set()
    for column in (Person.identity_sealed, Person.phone_sealed):
        found.update(key_id(sealed) for sealed in session.scalars(select(column)) if sealed is not None)
    return tuple(sorted(found))
