"""Runs a command that must not outlive the process which started it.

    python child.py PARENT_PID COMMAND [ARGUMENT ...]

Where the kernel can bind a child's life to its parent's (Linux), this program asks for that and becomes the
command. Elsewhere it stays beside the command and looks every half second whether the parent still lives.
Run by path, with the standard library alone: it is started once for each child and must cost next to nothing.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
LOOK_EVERY = 0.5
GRACE = 5.0


def main(arguments: Sequence[str]) -> int:
    parent, command = int(arguments[0]), list(arguments[1:])
    if not die_with_parent():
        return watch(parent, command)
    if os.getppid() != parent:  # it died before we asked
        return 1
    os.execvp(command[0], command)


def die_with_parent() -> bool:
    """Asks the kernel to kill this process with its parent; False where it cannot.

    SIGKILL, because nothing gentler is certain, and every child here may be killed at any moment without loss.
    """
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0)


def watch(parent: int, command: Sequence[str]) -> int:
    """Runs the command beside this process; ends it when the parent is gone or when told to end."""
    child = subprocess.Popen(command)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: child.send_signal(number))
    while os.getppid() == parent:
        try:
            return child.wait(LOOK_EVERY)
        except subprocess.TimeoutExpired:
            continue
    return _end(child)


def _end(child: subprocess.Popen[bytes]) -> int:
    child.terminate()
    try:
        return child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
