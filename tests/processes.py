"""Looking at processes from outside, as an operator would."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path


def is_alive(pid: int) -> bool:
    """A process that has ended and only waits to be reaped is not alive."""
    return any_alive([pid])


def any_alive(pids: Iterable[int]) -> bool:
    numbers = ",".join(map(str, pids)) or "0"
    states = subprocess.run(["ps", "-o", "stat=", "-p", numbers], capture_output=True, text=True).stdout.split()
    return any(not state.startswith("Z") for state in states)


def pids_in(file: Path) -> list[int]:
    """The process ids a child program wrote into a file, one for each start."""
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def children_of(pid: int) -> dict[int, str]:
    """Process id and command line of each living child."""
    listed = subprocess.run(["ps", "-e", "-ww", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True).stdout
    rows = (line.split(None, 3) for line in listed.splitlines())
    return {int(row[0]): row[3] for row in rows if int(row[1]) == pid and not row[2].startswith("Z") and len(row) == 4}


def environment_without(*names: str) -> dict[str, str]:
    """This process's environment, but for what would point a child at somebody else's servers."""
    return {key: value for key, value in os.environ.items() if key not in names}
