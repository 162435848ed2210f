"""A process that has imported the product and forks its parts, so that a kill costs no second start of Python.

    python -m tests.faults.nursery

Reads one order a line as JSON (`what`, `arguments`, `environment`, `log`) and answers with the process id. Each part is
a group of its own and dies with this process. What runs in it is what `zujian run` and the compose file start.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import kombu.transport.redis  # noqa: F401
import waitress
from gunicorn.app.wsgiapp import WSGIApplication

import web.app  # noqa: F401
from tasks.app import app
from workflow.launcher.child import die_with_parent


def web_part(arguments: list[str]) -> None:
    # Reads the settings of this part when it is imported.
    from wsgi import app as web_app

    waitress.serve(web_app, listen=arguments[0], threads=8, ident="")


def gunicorn_part(arguments: list[str]) -> None:
    """As the compose file starts it, but for one process."""
    sys.argv = ["gunicorn", *("--worker-class", "gthread", "--threads", "8", "--bind", arguments[0], "wsgi:app")]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()


def worker(arguments: list[str]) -> None:
    app.worker_main(["worker", "--without-mingle", "--without-gossip", "--loglevel", "INFO", *arguments])


def beat(arguments: list[str]) -> None:
    app.start(["beat", "--pidfile=", "--schedule", arguments[0], "--loglevel", "INFO"])


def shifted_worker(arguments: list[str]) -> None:
    """A worker whose clock is so many seconds off: everything that runs in it is handed another `clock`."""
    from datetime import timedelta

    from tasks import context
    from workflow.clock import utc_now
    from workflow.delivery import courier_from
    from workflow.runtime import Runtime

    off = timedelta(seconds=float(arguments[0]))
    right = Runtime.from_settings(context.settings())
    runtime = Runtime(right.db, right.documents_dir, right.base_url, clock=lambda: utc_now() + off, vault=right.vault)
    courier = courier_from(context.settings(), runtime.db, runtime.clock)
    context.runtime, context.courier = lambda: runtime, lambda: courier  # type: ignore[assignment]
    worker(arguments[1:])


PARTS: dict[str, Callable[[list[str]], None]] = {
    "web": web_part,
    "gunicorn": gunicorn_part,
    "worker": worker,
    "beat": beat,
    "shifted_worker": shifted_worker,
}


def main() -> None:
    # Who has ended is reaped by the kernel: a killed part is gone, not a zombie.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            _live(order)
        print(child, flush=True)


def _live(order: dict[str, Any]) -> None:
    try:
        os.setsid()
        die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for old, new in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(old, new)
        os.environ.update(order["environment"])
        PARTS[order["what"]](order["arguments"])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    else:
        code = 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
