"""Where the bytes of papers lie: under random names, written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from workflow.errors import NotFound, StoreFull

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DocumentStore:
    root: Path

    def put(self, data: bytes) -> str:
        """Answers the random name; the bytes are on disk, complete, before it returns. Else StoreFull, and no trace."""
        name = secrets.token_hex(16)
        path = self.root / name[:2] / name
        partial = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(partial, data)
            partial.rename(path)
        except OSError as error:
            log.error("store_full", error=errno.errorcode.get(error.errno or 0, type(error).__name__))
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise StoreFull from error
        return name

    def path(self, name: str) -> Path:
        """Raises NotFound where the bytes are gone."""
        path = self.root / name[:2] / name
        if not path.is_file():
            raise NotFound("document", name)
        return path

    def remove(self, name: str) -> None:
        (self.root / name[:2] / name).unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
