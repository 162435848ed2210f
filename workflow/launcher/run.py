"""The one command: everything the product needs, in the foreground, until Ctrl-C."""

from __future__ import annotations

import errno
import socket
import sys
from contextlib import closing

from workflow.errors import WorkflowError
from workflow.launcher.broker import PrivateBroker, private_broker
from workflow.launcher.doorstep import Doorstep
from workflow.launcher.lock import data_lock
from workflow.launcher.prepared import is_prepared, own_file
from workflow.launcher.processes import Supervisor
from workflow.launcher.program import Program
from workflow.settings import Settings
from workflow.text import Text

PREPARE = "prepare"
CELERY = ("celery", "--quiet", "-A", "tasks.app")


class PortTaken(WorkflowError):
    """Another program listens where the web should."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            Text(
                f"{host}:{port} 已被其他程序占用；可另选端口，例如 PORT={port + 1}",
                f"{host}:{port} is taken by another program; choose another port, for example PORT={port + 1}",
            )
        )


class CannotListen(WorkflowError):
    """The address is not one of this machine, or this user may not have the port."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            Text(
                f"无法在 {host}:{port} 上监听（{reason}）：HOST 须是本机的地址，PORT 须是本用户可用的端口",
                f"Cannot listen on {host}:{port} ({reason}): HOST must be an address of this machine, "
                "and PORT one that this user may open",
            )
        )


def run(settings: Settings, *, with_demo: bool) -> int:
    """Answers the exit code. Raises AlreadyRunning, PortTaken, CannotListen or NoBroker before anything was started."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.data_dir.chmod(0o700)
    with data_lock(settings.data_dir):
        _refuse_taken_port(settings)
        broker = None if settings.redis_url else private_broker(settings.data_dir)
        file = own_file(settings)
        if file is not None and not file.exists():
            print("首次启动，正在建库，请稍候 / first start: making the database, a moment please", flush=True)
        web = Doorstep(settings)
        return _supervisor(settings, broker, web, with_demo).run(web.look)


def _supervisor(settings: Settings, broker: PrivateBroker | None, web: Doorstep, with_demo: bool) -> Supervisor:
    environment = {"ZUJIAN_DATA_DIR": str(settings.data_dir)}
    programs = []
    if broker is not None:
        broker.prepare()
        environment["REDIS_URL"] = broker.url
        programs.append(Program("broker", broker.command, repair=broker.forget, ends_last=True, log=broker.log))
    was_prepared = is_prepared(settings)

    def tables_are_there() -> bool:
        return was_prepared or supervisor.is_done(PREPARE)

    def nobody_waits_for_a_page() -> bool:
        return not was_prepared or web.is_open or web.is_late

    def work_can_start() -> bool:
        return supervisor.is_done(PREPARE) and (broker is None or broker.socket.exists())

    programs += [
        Program("web", _web(settings), environment, may_start=tables_are_there),
        Program(PREPARE, _prepare(with_demo), environment, may_start=nobody_waits_for_a_page, once=True),
        Program("worker", _worker(), environment, may_start=work_can_start),
        Program("beat", _beat(settings), environment, may_start=work_can_start),
    ]
    supervisor = Supervisor(programs)
    return supervisor


def _prepare(with_demo: bool) -> list[str]:
    return [sys.executable, "-m", "workflow.cli", "prepare", *([] if with_demo else ["--no-demo"])]


def _web(settings: Settings) -> list[str]:
    listen = f"--listen={_bracketed(settings.host)}:{settings.port}"
    return [sys.executable, "-m", "waitress", listen, "--threads=8", "--ident=", "wsgi:app"]


def _worker() -> list[str]:
    """Threads, because one process is enough here; it takes from every queue the application names."""
    options = ("-P", "threads", "-c", "6", "--without-mingle", "--without-gossip", "--loglevel", "WARNING")
    # Who starts this as root knows it; celery would say so in ten lines at each start.
    return [sys.executable, "-W", "ignore:You're running the worker", "-m", *CELERY, "worker", *options]


def _beat(settings: Settings) -> list[str]:
    options = ("--schedule", str(settings.data_dir / "beat-schedule"), "--pidfile=", "--loglevel", "WARNING")
    return [sys.executable, "-m", *CELERY, "beat", *options]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(settings.host, settings.port) from None
            raise CannotListen(settings.host, settings.port, error.strerror or str(error)) from None
