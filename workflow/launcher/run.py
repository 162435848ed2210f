"""The one command: everything the product needs, in the foreground, until Ctrl-C."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from contextlib import closing

from workflow.errors import WorkflowError
from workflow.launcher.broker import PrivateBroker, private_broker
from workflow.launcher.lock import data_lock
from workflow.launcher.prepared import is_prepared
from workflow.launcher.processes import Program, Supervisor
from workflow.settings import Settings
from workflow.text import Text

PREPARE = "prepare"


class PortTaken(WorkflowError):
    """Another program listens where the web should."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            Text(
                f"{host}:{port} 已被其他程序占用；可另选端口，例如 PORT={port + 1}",
                f"{host}:{port} is taken by another program; choose another port, for example PORT={port + 1}",
            )
        )


def run(settings: Settings, *, with_demo: bool) -> int:
    """Answers the exit code. Raises AlreadyRunning, PortTaken or NoBroker before anything was started."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.data_dir.chmod(0o700)
    with data_lock(settings.data_dir):
        _refuse_taken_port(settings)
        broker = None if settings.redis_url else private_broker(settings.data_dir)
        supervisor = _supervisor(settings, broker, with_demo)
        return supervisor.run(_announcement(settings))


def _supervisor(settings: Settings, broker: PrivateBroker | None, with_demo: bool) -> Supervisor:
    environment = {"ZUJIAN_DATA_DIR": str(settings.data_dir)}
    programs = []
    if broker is not None:
        broker.prepare()
        environment["REDIS_URL"] = broker.url
        programs.append(Program("broker", broker.command, repair=broker.forget, ends_last=True))
    was_prepared = is_prepared(settings)

    def tables_are_there() -> bool:
        return was_prepared or supervisor.is_done(PREPARE)

    def work_can_start() -> bool:
        return supervisor.is_done(PREPARE) and (broker is None or broker.socket.exists())

    programs += [
        Program("web", _web(settings), environment, may_start=tables_are_there),
        Program(PREPARE, _prepare(with_demo), environment, once=True),
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
    options = ("-P", "threads", "-c", "4", "--without-mingle", "--without-gossip", "--loglevel", "WARNING")
    return [sys.executable, "-m", "celery", "--quiet", "-A", "tasks.app", "worker", *options]


def _beat(settings: Settings) -> list[str]:
    options = ("--schedule", str(settings.data_dir / "beat-schedule"), "--pidfile=", "--loglevel", "WARNING")
    return [sys.executable, "-m", "celery", "--quiet", "-A", "tasks.app", "beat", *options]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            raise PortTaken(settings.host, settings.port) from None


def _announcement(settings: Settings) -> Callable[[], None]:
    """Says once where the web is and how to sign in, as soon as it answers."""
    is_said = False

    def say_when_ready() -> None:
        nonlocal is_said
        if not is_said and _web_answers(settings):
            is_said = True
            print(_greeting(settings), flush=True)

    return say_when_ready


def _web_answers(settings: Settings) -> bool:
    # One who listens on every address answers on this one too.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    try:
        socket.create_connection((host, settings.port), timeout=0.2).close()
    except OSError:
        return False
    return True


def _greeting(settings: Settings) -> str:
    accounts = settings.demo_accounts_file
    sign_in = f"用户名和密码见 / user names and passwords are in {accounts}"
    if not accounts.exists():
        sign_in = "开户 / open an account: zujian user add --help"
    return "\n".join(
        (
            "",
            "  组建 zujian 已启动 / is running",
            "",
            f"  地址 Address  {settings.base_url}",
            f"  登录 Sign in  {sign_in}",
            f"  数据 Data     {settings.data_dir}",
            "  结束 End      Ctrl-C",
            "",
        )
    )
