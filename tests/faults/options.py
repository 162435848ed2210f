"""How long the trials are: short as they stand, long by the environment (`make soak`, `python -m tests.faults`)."""

from __future__ import annotations

import os


def option(name: str, default: int) -> int:
    """ZUJIAN_FAULT_<NAME>, or the number that CI has time for."""
    return int(os.environ.get(f"ZUJIAN_FAULT_{name.upper()}", default))
