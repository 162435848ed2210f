"""Small files with secrets in the data folder: mode 0600, whole or not there, on the disk before they are used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp


def make_once(path: Path, text: str) -> None:
    """Makes the file unless it is there: of processes that start at once one is first, and all read the same."""
    with _beside(path, text) as partial, suppress(FileExistsError):
        os.link(partial, path)


def replace_whole(path: Path, text: str) -> None:
    """Whoever reads meanwhile reads the old file or the new one."""
    with _beside(path, text) as partial:
        partial.replace(path)


@contextmanager
def _beside(path: Path, text: str) -> Iterator[Path]:
    """The text in a file of its own name, which is gone afterwards."""
    descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        yield partial
    finally:
        partial.unlink(missing_ok=True)
