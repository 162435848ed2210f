"""The parts of the product as processes that a trial starts, kills, stops and starts again."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import free_port, wait_until
from workflow.launcher.child import die_with_parent

ROOT = Path(__file__).parents[2]


@dataclass
class Part:
    """One part as it runs now, and how it is started again."""

    what: str
    pid: int
    start: Callable[[], int]
    is_up: Callable[[], bool]

    def kill(self) -> None:
        """As the kernel kills when memory is short: the process and its children, at once."""
        self.signal(signal.SIGKILL)
        self.wait()

    def term(self) -> None:
        """As an operator ends it: what runs is ended well."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        self.wait()

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def wait(self) -> None:
        wait_until(lambda: not self.is_alive, f"the end of {self.what} {self.pid}", within=60)

    def again(self) -> None:
        """Started, and a web also waited for: the next of its kind may go."""
        self.pid = self.start()
        self.await_up()

    def await_up(self) -> None:
        wait_until(self.is_up, self.what, within=60)

    @property
    def is_alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


class Nursery:
    """Forks parts out of a process that has imported them (`tests/faults/nursery.py`)."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,
        )

    def fork(self, what: str, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"what": what, "arguments": arguments, "environment": environment, "log": str(log)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass
class Site:
    """The parts that share one database, one broker and one data folder."""

    nursery: Nursery
    environment: dict[str, str]
    folder: Path
    parts: list[Part] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder.parent / "parts.log"

    def web(self, what: str = "web") -> tuple[Part, int]:
        """The web of the one-command run, on a port of its own, the same at each start; answers when it does."""
        port = free_port()
        part = self._start(what, f"127.0.0.1:{port}", is_up=lambda: answers(port))
        part.await_up()
        return part, port

    def gunicorn(self) -> tuple[Part, int]:
        """The web of the compose file."""
        return self.web("gunicorn")

    def worker(self, *options: str, clock_off: float = 0) -> Part:
        if clock_off:
            return self._start("shifted_worker", str(clock_off), *options)
        return self._start("worker", *options)

    def beat(self) -> Part:
        return self._start("beat", str(self.folder / f"beat-{len(self.parts)}"))

    def end(self) -> None:
        for part in self.parts:
            part.signal(signal.SIGCONT)
            part.kill()

    def _start(self, what: str, *arguments: str, is_up: Callable[[], bool] = lambda: True) -> Part:
        def start() -> int:
            return self.nursery.fork(what, list(arguments), self.environment, self.log)

        part = Part(what, start(), start, is_up)
        self.parts.append(part)
        return part


def answers(port: int) -> bool:
    """Whether a web is there; it asks nothing else of it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def site(nursery: Nursery, folder: Path, **environment: Any) -> Iterator[Site]:
    """A site whose parts are gone at the end, whatever happened."""
    folder.mkdir(parents=True, exist_ok=True)
    own = {
        "ZUJIAN_ENV": "development",
        "ZUJIAN_DATA_DIR": str(folder),
        "SECRET_KEY": "a secret of the trials, long enough",
    }
    place = Site(nursery, {**own, **{name: str(value) for name, value in environment.items()}}, folder)
    try:
        yield place
    finally:
        place.end()
