"""The long trials, one after the other: what each is told to do, and how each ended."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

LARGE = "--kills 200 --actions 100000 --cases 10000"
PARTS: Mapping[str, Sequence[str]] = {
    "F1": (f"F1 {LARGE} --store postgres", f"F1 {LARGE} --store sqlite"),
    "F4": ("F4",),
    "F5": ("F5 --seconds 600 --notices 10000",),
    "F8": ("F8 --restarts 20 --crashes 20",),
    "F9": ("F9 --cuts 20",),
    "F10": ("F10 --races 10000",),
    "F12": ("F12 --retries 10000",),
    "F14": ("F14 --messages 10000",),
    "F15": ("F15",),
    "F16": ("F16", "F16 --mount 0"),
    "F17": ("F17 --clock_actions 1000",),
    "F18": ("F18 --rounds 20",),
    "F20": ("F20 --entries 1000000 --store postgres",),
    "F21": ("F21 --edits 10000 --flips 10000",),
}


def soak(chosen: Sequence[str]) -> int:
    """Runs the chosen parts, or all of them, each to its end whatever became of the others; 0 where all held."""
    commands = [command for part in chosen or PARTS for command in PARTS[part]]
    ended = [_run(command) for command in commands]
    for command, (code, seconds) in zip(commands, ended, strict=True):
        print(f"{'held' if code == 0 else 'FAILED':7} {seconds:7.0f} s  python -m tests.faults {command}")
    return max(code for code, _ in ended)


def _run(command: str) -> tuple[int, float]:
    print(f"\npython -m tests.faults {command}", flush=True)
    began = time.monotonic()
    code = subprocess.run([sys.executable, "-m", "tests.faults", *command.split()]).returncode
    return code, time.monotonic() - began
