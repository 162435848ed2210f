"""Child processes that are started, kept alive and ended together.

Children are started from the main thread only: where the kernel binds their lives to ours, it is to that thread's.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

CHILD_PROGRAM = Path(__file__).with_name("child.py")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# A child that lived this long was well; its next end is a new story and starts with the first pause again.
WELL_AFTER = 30.0
# One that ends sooner than this with a failure could not start at all.
STARTED_AFTER = 5.0


def _at_once() -> bool:
    return True


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `may_start` is asked before each start, `repair` is called after a start that failed.

    A `once` program has work to end: when it fails everything ends. The others are started again whenever they end.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    may_start: Callable[[], bool] = _at_once
    repair: Callable[[], None] = _nothing
    once: bool = False
    ends_last: bool = False


class Child:
    """A program and the process that runs it now."""

    def __init__(self, program: Program, say: Callable[[str], None]) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self.is_done = False
        self.exit_code = 0
        self._say = say
        self._started_at = 0.0
        self._due_at = 0.0
        self._failures = 0

    def tend(self, now: float) -> None:
        """Starts the process when it is due; notices when it has ended."""
        if self.is_done:
            return
        if self.process is None:
            if now >= self._due_at and self.program.may_start():
                self._start(now)
        elif self.process.poll() is not None:
            self._ended(now, self.process.returncode)

    def _start(self, now: float) -> None:
        wrapper = [sys.executable, "-I", "-S", str(CHILD_PROGRAM), str(os.getpid())]
        self._started_at = now
        # A group of its own: Ctrl-C in a terminal then reaches us alone, and we end the children in order.
        self.process = subprocess.Popen(
            [*wrapper, *self.program.command], env={**os.environ, **self.program.environment}, process_group=0
        )

    def _ended(self, now: float, code: int) -> None:
        self.process = None
        if self.program.once:
            self.is_done, self.exit_code = True, code
            return
        lived = now - self._started_at
        self._failures = 0 if lived > WELL_AFTER else self._failures + 1
        if code > 0 and lived < STARTED_AFTER:
            self.program.repair()
        pause = min(FIRST_PAUSE * 2 ** max(self._failures - 1, 0), LONGEST_PAUSE)
        self._due_at = now + pause
        self._say(f"{self.program.name} 已退出（{code}），{pause:g} 秒后重启 / ended ({code}), again in {pause:g} s")

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def end_by(self, moment: float) -> None:
        """Waits for the end until the moment, then makes it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, moment - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """Runs programs until told to end by a signal, or until a `once` program fails."""

    def __init__(self, programs: Sequence[Program], *, grace: float = 10.0) -> None:
        self.children = {program.name: Child(program, _to_stderr) for program in programs}
        self._grace = grace
        self._signals = 0

    def is_done(self, name: str) -> bool:
        """Whether a `once` program has ended well."""
        child = self.children[name]
        return child.is_done and child.exit_code == 0

    def run(self, each_turn: Callable[[], None] = _nothing) -> int:
        """Answers the exit code. `each_turn` is called some times a second."""
        with _Bell(self._told_to_end) as bell:
            try:
                while not self._signals and not self._failed():
                    self._turn(each_turn)
                    bell.wait(0.2)
            finally:
                self._end()
        return 1 if self._failed() else 0

    def _turn(self, each_turn: Callable[[], None]) -> None:
        for child in self.children.values():
            child.tend(time.monotonic())
        each_turn()

    def _failed(self) -> bool:
        return any(child.exit_code for child in self.children.values())

    def _told_to_end(self) -> None:
        self._signals += 1
        if self._signals > 1:  # a second Ctrl-C is impatience
            for child in self.children.values():
                child.signal(signal.SIGKILL)

    def _end(self) -> None:
        """The broker last, so that a worker can still give back what it holds."""
        for last in (False, True):
            group = [child for child in self.children.values() if child.program.ends_last is last]
            for child in group:
                child.signal(signal.SIGTERM)
            moment = time.monotonic() + self._grace
            for child in group:
                child.end_by(moment)


class _Bell:
    """Lets the loop sleep until a signal arrives or a child ends; afterwards signals have their old effect again."""

    ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self, told_to_end: Callable[[], None]) -> None:
        self._told_to_end = told_to_end

    def __enter__(self) -> _Bell:
        self._hears, self._rings = socket.socketpair()
        self._hears.setblocking(False)
        self._rings.setblocking(False)
        self._old_handlers = {number: signal.getsignal(number) for number in (*self.ENDING, signal.SIGCHLD)}
        self._old_wakeup = signal.set_wakeup_fd(self._rings.fileno(), warn_on_full_buffer=False)
        for number in self.ENDING:
            if self._old_handlers[number] is not signal.SIG_IGN:  # nohup asks us to stay deaf
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


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
