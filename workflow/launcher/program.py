"""A program and the child process that runs it: started when it may, started again when it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
    log: Path | None = None


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
            [*wrapper, *self.program.command],
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.program.environment},
            process_group=0,
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
        where = f"，见 / see {self.program.log}" if self.program.log else ""
        self._say(
            f"{self.program.name} 已退出（{code}），{pause:g} 秒后重启 / ended ({code}), again in {pause:g} s{where}"
        )

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
