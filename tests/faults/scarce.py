"""Two ways in which there is no room for what the web wants to keep."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SIZE = 24  # megabytes
SHORT = 4096  # bytes


class Scarce(Protocol):
    @property
    def folder(self) -> Path: ...
    def fill(self, web: int) -> None: ...
    def free(self, web: int) -> None: ...


@dataclass(frozen=True)
class SmallDisk:
    """A folder that is a small file system."""

    folder: Path

    def fill(self, web: int) -> None:
        """Takes every byte there is."""
        with self._filler.open("wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while file.write(b"0" * size):
                        pass
                except OSError:
                    continue

    def free(self, web: int) -> None:
        self._filler.unlink()

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"


@dataclass(frozen=True)
class SmallFiles:
    """The kernel lets no file of the web grow, nor anything be written behind its first bytes."""

    folder: Path

    def fill(self, web: int) -> None:
        _, most = resource.prlimit(web, resource.RLIMIT_FSIZE)
        resource.prlimit(web, resource.RLIMIT_FSIZE, (SHORT, most))

    def free(self, web: int) -> None:
        _, most = resource.prlimit(web, resource.RLIMIT_FSIZE)
        resource.prlimit(web, resource.RLIMIT_FSIZE, (most, most))
