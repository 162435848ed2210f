"""Sleeping until a signal arrives or a child ends."""

from __future__ import annotations

import select
import signal
import socket
from collections.abc import Callable
from types import FrameType


class Bell:
    """Lets the loop sleep until a signal arrives or a child ends; afterwards signals have their old effect again."""

    ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self, told_to_end: Callable[[], None]) -> None:
        self._told_to_end = told_to_end

    def __enter__(self) -> Bell:
        self._hears, self._rings = socket.socketpair()
        self._hears.setblocking(False)
        self._rings.setblocking(False)
        self._old_handlers = {number: signal.getsignal(number) for number in (*self.ENDING, signal.SIGCHLD)}
        self._old_wakeup = signal.set_wakeup_fd(self._rings.fileno(), warn_on_full_buffer=False)
        for number in self.ENDING:
            if number == signal.SIGHUP and self._old_handlers[number] == signal.SIG_IGN:
                continue  # nohup: the terminal may go, we stay
            signal.signal(number, self._heard)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        return self

    def wait(self, seconds: float) -> None:
        if select.select([self._hears], [], [], seconds)[0]:
            self._hears.recv(4096)

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_end()

    def __exit__(self, *_error: object) -> None:
        signal.set_wakeup_fd(self._old_wakeup)
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        self._hears.close()
        self._rings.close()
