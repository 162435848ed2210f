"""Medians of five and the ratio between two measurements of one run."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from time import perf_counter

RUNS = 5


def median_of_runs(measure: Callable[[], float]) -> float:
    """The median of five measurements."""
    return statistics.median(measure() for _ in range(RUNS))


def alternating(first: Callable[[], float], second: Callable[[], float]) -> tuple[float, float]:
    """Five runs of each in turn, so that a busy moment of the machine hits both; their medians."""
    pairs = [(first(), second()) for _ in range(RUNS)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def row(*cells: object) -> None:
    """One line of the report."""
    print("  ".join(str(cell) for cell in cells), flush=True)
