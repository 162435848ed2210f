"""Child processes that are kept alive and ended together.

They are started from the main thread only: where the kernel binds their lives to ours, it is to that thread's.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Sequence

from workflow.launcher.bell import Bell
from workflow.launcher.program import Child, Program


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

    def run(self, each_turn: Callable[[], None] = lambda: None) -> int:
        """Answers the exit code. `each_turn` is called some times a second."""
        with Bell(self._told_to_end) as bell:
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


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
