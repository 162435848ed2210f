"""What each client asked for and was told, a line of JSON for each try: the one side of the comparison."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

# What a client knows afterwards: it was done, it was not, or the answer never came (or said only that it went wrong).
Result = Literal["ok", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Try:
    """One request for an action. Tries with the same key are the same wish."""

    key: str
    client: int
    case_id: int
    who: str
    action: str
    result: Result
    status: int
    seconds: float
    state: str | None = None
    version: int | None = None
    replayed: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """All tries of one key together."""

    key: str
    case_id: int
    who: str
    action: str
    result: Result
    versions: frozenset[int]
    states: frozenset[str]


class History:
    """Appended to by many threads; every line is on the disk before its client goes on."""

    def __init__(self, path: Path, seed: int, about: Mapping[str, Any] | None = None) -> None:
        self.path, self.seed = path, seed
        self.tries: list[Try] = []
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")
        self._write({"seed": seed, **(about or {})})

    def add(self, one: Try) -> None:
        with self._lock:
            self.tries.append(one)
            self._write(asdict(one))

    def event(self, what: str) -> None:
        """A fault, between the tries it fell between."""
        with self._lock:
            self._write({"fault": what})

    def close(self) -> None:
        self._file.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()


def read_tries(path: Path) -> list[Try]:
    """The tries of a kept history."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Try(**line) for line in lines if "key" in line]


def wishes(tries: list[Try]) -> dict[str, Wish]:
    """Each key once: done if any try was, open if any try is and none was, else not done."""
    grouped: dict[str, list[Try]] = defaultdict(list)
    for one in tries:
        grouped[one.key].append(one)
    return {key: _wish(group) for key, group in grouped.items()}


def _wish(group: list[Try]) -> Wish:
    results = {one.result for one in group}
    result: Result = "ok" if "ok" in results else "unknown" if "unknown" in results else "fail"
    done = [one for one in group if one.result == "ok"]
    return Wish(
        group[0].key,
        group[0].case_id,
        group[0].who,
        group[0].action,
        result,
        frozenset(one.version for one in done if one.version is not None),
        frozenset(one.state for one in done if one.state is not None),
    )
