"""Private PostgreSQL and Redis servers for the tests: on unix sockets in a temporary folder, never on a known port.

They die with the test process, and a test may kill and start them again.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.processes import any_alive, children_of
from workflow.launcher.broker import PrivateBroker, find_broker_binary
from workflow.launcher.child import die_with_parent

READY_WITHIN = 120.0


class ServerMissing(Exception):
    """The programs of a server are not installed on this machine."""


def find_postgres_bin() -> Path | None:
    """The folder that holds initdb and postgres: on PATH, or where Debian puts it (the newest)."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]) if p.parts[-3].isdigit() else 0
    )
    return found[-1].parent if found else None


@dataclass
class PostgresServer:
    """A cluster of our own; speed before safety, since it lives as long as the tests. A `durable` one keeps what it
    committed when its processes are killed, but not when the machine is.
    """

    directory: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="zj-pg-")))
    process: subprocess.Popen[bytes] | None = None
    durable: bool = False

    @classmethod
    def create(cls, *, durable: bool = False) -> PostgresServer:
        binaries = find_postgres_bin()
        if binaries is None:
            raise ServerMissing("PostgreSQL")
        server = cls(durable=durable)
        if os.geteuid() == 0:
            shutil.chown(server.directory, "postgres")
        server._run(
            [
                *(binaries / "initdb", "-D", server.directory / "data", "-U", "postgres", "-A", "trust"),
                *("-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"),
            ]
        )
        server.start()
        return server

    @classmethod
    def copied(cls, template: PostgresServer) -> PostgresServer:
        """One with the same content, durable; the template does not run. Copying takes a tenth of making one."""
        server = cls(durable=True)
        subprocess.run(["cp", "-a", f"{template.directory}/.", server.directory], check=True)
        server.start()
        return server

    @property
    def as_user(self) -> dict[str, str]:
        """PostgreSQL refuses to be run by root."""
        return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self.directory))}"

    def start(self) -> None:
        binaries = find_postgres_bin()
        assert binaries is not None
        settings = ["listen_addresses="]
        settings += ["fsync=off", "full_page_writes=off", f"synchronous_commit={'on' if self.durable else 'off'}"]
        settings += ["max_connections=200", "shared_buffers=32MB", f"unix_socket_directories={self.directory}"]
        with (self.directory / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [binaries / "postgres", "-D", self.directory / "data", *(word for s in settings for word in ("-c", s))],
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
                cwd="/",
                **self.as_user,
            )
        wait_until(self._answers, "PostgreSQL")

    def kill(self) -> None:
        """All of its processes at once (SIGKILL): none writes anything down any more."""
        assert self.process is not None
        # It starts no new ones meanwhile.
        self.process.send_signal(signal.SIGSTOP)
        children = list(children_of(self.process.pid))
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        # While one of them still has the shared memory, no other server starts.
        wait_until(lambda: not any_alive(children), "the end of PostgreSQL")

    def restart(self) -> None:
        """As an operator does it: who is connected is sent away."""
        self.shut_down()
        self.start()

    def shut_down(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def execute(self, *statements: str) -> None:
        """Statements outside a transaction, such as CREATE DATABASE."""
        with psycopg.connect(
            host=str(self.directory), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            for statement in statements:
                connection.execute(statement)

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError((self.directory / "server.log").read_text())
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, command: Sequence[str | Path]) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd="/", **self.as_user)


@dataclass
class BrokerServer:
    """A Redis or Valkey server, started the way the product starts its own."""

    broker: PrivateBroker
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def create(cls) -> BrokerServer:
        binary = find_broker_binary()
        if binary is None:
            raise ServerMissing("Redis")
        directory = Path(tempfile.mkdtemp(prefix="zj-rd-"))
        server = cls(PrivateBroker(binary, directory / "data", directory / "broker.sock"))
        server.start()
        return server

    @property
    def url(self) -> str:
        return self.broker.url

    def start(self) -> None:
        self.broker.prepare()
        self.process = subprocess.Popen(
            self.broker.command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )
        wait_until(self._answers, "Redis")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """It keeps its connections and answers nothing, as a machine that swaps."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        self.command(b"FLUSHALL")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.broker.socket.parent, ignore_errors=True)

    def command(self, line: bytes) -> bytes:
        """One inline command without a client library; the raw answer."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self.broker.socket))
            connection.sendall(line + b"\r\n")
            return connection.recv(65536)

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"the broker ended at once: {self.broker.command}")
        try:
            return self.command(b"PING").startswith(b"+PONG")
        except OSError:
            return False


def free_port() -> int:
    """A port that was free a moment ago on 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], bool], what: str, within: float = READY_WITHIN) -> None:
    """Looks again and again; the limit only ends a hopeless wait, it measures nothing."""
    end = time.monotonic() + within
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} was not ready within {within:.0f} s")
        time.sleep(0.02)
