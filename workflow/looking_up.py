"""Where a host is reached: the look-up of the system, which knows no time limit, with one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

# Leaves some of the time of a request (`workflow/delivery/wire.py`) for the request.
SECONDS = 3.0

LookUp = Callable[[str, int], Sequence[tuple[Any, ...]]]


def _of_the_system(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def resolve(host: str, port: int, seconds: float = SECONDS, look_up: LookUp = _of_the_system) -> Sequence[str]:
    """Every address of a host; raises OSError, TimeoutError among them.

    A look-up that hangs is left behind in a thread of its own. It ends when the system's resolver gives up, some ten
    seconds later, or with the process.
    """
    found: Future[Sequence[tuple[Any, ...]]] = Future()
    threading.Thread(target=_answer, args=(found, look_up, host, port), name="look-up", daemon=True).start()
    return list(dict.fromkeys(str(one[4][0]) for one in found.result(seconds)))


def _answer(found: Future[Sequence[tuple[Any, ...]]], look_up: LookUp, host: str, port: int) -> None:
    try:
        found.set_result(look_up(host, port))
    # A name that cannot be one, a port that cannot be one.
    except (OSError, ValueError, OverflowError) as error:
        found.set_exception(error)
