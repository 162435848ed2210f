"""Real workers and beats as processes of their own, to be killed like any other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from celery import Celery

from tests.servers import BrokerServer
from workflow.launcher.child import die_with_parent

ROOT = Path(__file__).parents[2]


@dataclass
class Workshop:
    """The environment the product's processes share: a database, a broker, a data folder."""

    database_url: str
    broker: BrokerServer
    data_dir: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> str:
        return (self.data_dir / "worker.log").read_text(encoding="utf-8")

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        """A worker of two child processes on all queues, unless the options say otherwise."""
        return self._start("worker", "--without-mingle", "--without-gossip", "-c", "2", *options)

    def beat(self) -> subprocess.Popen[bytes]:
        number = len(self.running)
        return self._start("beat", "--pidfile=", "--schedule", str(self.data_dir / f"beat-{number}"))

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """As the kernel kills when memory is short: the process and its children, at once."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                self.kill(process)

    def client(self) -> Celery:
        """Sends messages from outside, as a broker that doubles and shuffles would."""
        client = Celery("outside", broker=self.broker.url, set_as_current=False)
        client.conf.broker_transport_options = {"global_keyprefix": "zujian:"}
        return client

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "ZUJIAN_ENV": "test",
            "ZUJIAN_DATA_DIR": str(self.data_dir),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.broker.url,
        }
        with (self.data_dir / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "--quiet", "-A", "tasks.app", *arguments, "--loglevel", "INFO"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.running.append(process)
        return process


@contextmanager
def workshop(database_url: str, broker: BrokerServer, data_dir: Path) -> Iterator[Workshop]:
    with ExitStack() as stack:
        shop = Workshop(database_url, broker, data_dir)
        stack.callback(shop.end)
        yield shop
