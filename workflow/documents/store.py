"""Where the bytes of papers lie: under random names, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from workflow.errors import NotFound


@dataclass(frozen=True, slots=True)
class DocumentStore:
    root: Path

    def put(self, data: bytes) -> str:
        """Answers the random name; the bytes are on disk, complete, before it returns."""
        name = secrets.token_hex(16)
        folder = self.root / name[:2]
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f"{name}.part"
        with partial.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        partial.rename(folder / name)
        return name

    def path(self, name: str) -> Path:
        """Raises NotFound where the bytes are gone."""
        path = self.root / name[:2] / name
        if not path.is_file():
            raise NotFound("document", name)
        return path

    def remove(self, name: str) -> None:
        (self.root / name[:2] / name).unlink(missing_ok=True)
