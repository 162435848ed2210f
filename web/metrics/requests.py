"""How many requests this process has answered, and in what time."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from threading import Lock
from time import perf_counter
from typing import cast

from flask import Flask, Response, current_app, g, request

from web.metrics.exposition import Family, Sample

FIGURES = "zujian.metrics.requests"
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
NO_ROUTE = "none"


@dataclass
class RequestFigures:
    """By route, never by address: addresses hold numbers of cases and what people search for."""

    answered: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    buckets: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * (len(BOUNDS) + 1)))
    seconds: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        with self.lock:
            self.answered[method, route, status] += 1
            self.buckets[route][bisect_left(BOUNDS, seconds)] += 1
            self.seconds[route] += seconds  # type: ignore[assignment]

    def families(self) -> tuple[Family, Family]:
        process = {"process": str(os.getpid())}
        with self.lock:
            answered = tuple(
                Sample(number, {"method": method, "route": route, "status": str(status), **process})
                for (method, route, status), number in sorted(self.answered.items())
            )
            times = tuple(sample for route in sorted(self.buckets) for sample in self._times(route, process))
        return (
            Family("zujian_requests_total", "counter", "Requests answered by this process.", answered),
            Family("zujian_request_seconds", "histogram", "Time to answer, by this process.", times),
        )

    def _times(self, route: str, process: dict[str, str]) -> Iterator[Sample]:
        labels = {"route": route, **process}
        upto = list(accumulate(self.buckets[route]))
        for bound, number in zip((*map(str, BOUNDS), "+Inf"), upto, strict=True):
            yield Sample(number, {**labels, "le": bound}, "_bucket")
        yield Sample(self.seconds[route], labels, "_sum")
        yield Sample(upto[-1], labels, "_count")


def init_app(app: Flask) -> None:
    app.extensions[FIGURES] = RequestFigures()
    app.before_request(begin)
    app.after_request(count)


def figures() -> RequestFigures:
    return cast(RequestFigures, current_app.extensions[FIGURES])


def begin() -> None:
    g.began = perf_counter()


def seconds_so_far() -> float:
    return perf_counter() - cast(float, g.get("began", perf_counter()))


def count(response: Response) -> Response:
    figures().add(request.method, request.endpoint or NO_ROUTE, response.status_code, seconds_so_far())
    return response
