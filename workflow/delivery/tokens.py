"""The token a service wants with every call: kept while it lasts, fetched anew once when it is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from workflow.delivery.refusals import Fault, Refused
from workflow.delivery.wire import Unreachable

Result = TypeVar("Result")

# Fetched anew a little before its time, so that none runs out on its way.
MARGIN = timedelta(minutes=5)


class Token:
    """`fetch` answers a token and how many seconds it lasts. Each process keeps its own: services answer the same
    token to all who ask while it lasts.
    """

    def __init__(self, fetch: Callable[[], tuple[str, int]], clock: Callable[[], datetime]) -> None:
        self._fetch, self._clock = fetch, clock
        self._lock = threading.Lock()
        self._value: str | None = None
        self._until: datetime | None = None

    def use(self, call: Callable[[str], Result]) -> Result:
        """Calls with the token; once more with a fresh one where it is refused. Raises DeliveryFailed."""
        token = self._current()
        try:
            return call(token)
        except Refused as refused:
            if refused.fault is not Fault.STALE:
                raise
        self._forget(token)
        return call(self._current())

    def _current(self) -> str:
        with self._lock:
            if self._value is None or self._until is None or self._until <= self._clock():
                self._value, seconds = self._fetch()
                self._until = self._clock() + max(timedelta(seconds=seconds) - MARGIN, timedelta(seconds=60))
            return self._value

    def _forget(self, token: str) -> None:
        with self._lock:
            if self._value == token:
                self._value = None


def token_in(answer: Mapping[str, Any], name: str, seconds: str) -> tuple[str, int]:
    """The token of an accepted answer; raises Unreachable where there is none."""
    token, lasts = answer.get(name), answer.get(seconds)
    if not isinstance(token, str) or not token or not isinstance(lasts, int):
        raise Unreachable("no token in the answer")
    return token, lasts
