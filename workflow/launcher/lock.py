"""One copy of the product for each data folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workflow.errors import WorkflowError
from workflow.text import Text


class AlreadyRunning(WorkflowError):
    """Another copy holds this data folder; `pid` is its launcher, 0 where it did not say."""

    def __init__(self, data_dir: Path, pid: int) -> None:
        super().__init__(
            Text(
                f"数据目录 {data_dir} 正由另一个 zujian 使用（进程 {pid}）；请先结束它，或用 ZUJIAN_DATA_DIR 另选目录",
                f"The data folder {data_dir} is in use by another zujian (process {pid}): "
                "end that one first, or choose another folder with ZUJIAN_DATA_DIR",
            )
        )
        self.pid = pid


@contextmanager
def data_lock(data_dir: Path) -> Iterator[None]:
    """Holds the folder until the end of the block. The kernel lets go of it when this process ends in any way."""
    handle = os.open(data_dir / "zujian.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, data_dir)
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def _take(handle: int, data_dir: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 20)
        raise AlreadyRunning(data_dir, int(holder) if holder.isdigit() else 0) from None
