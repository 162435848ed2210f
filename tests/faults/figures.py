"""What a trial measured, for people: printed, and kept as a line of JSON where ZUJIAN_FAULT_FIGURES names a file."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults.facts import Facts
from tests.faults.history import Try
from tests.faults.trial import Trial


def report(trial: Trial, facts: Facts | None = None, **measured: Any) -> None:
    """Prints how many tries ended how, and what else was measured."""
    tries = trial.history.tries
    line: dict[str, Any] = {"trial": trial.name, "seed": trial.history.seed, "tries": len(tries)}
    line |= Counter(one.result for one in tries)
    line |= {"statuses": dict(Counter(str(one.status) for one in tries)), "unread": trial.board.unread}
    if facts is not None:
        line["notices"] = len(facts.notices)
        for channel, found in facts.arrived.items():
            line |= {channel: len(found), f"{channel}_again": sum(found.values()) - len(found)}
    figures({**line, **{name: round(n, 2) if isinstance(n, float) else n for name, n in measured.items()}})


def slowest(tries: list[Try], share: float = 0.95) -> float:
    """The seconds within which so large a share of the tries was answered."""
    return sorted(one.seconds for one in tries)[int((len(tries) - 1) * share)]


def figures(line: dict[str, Any]) -> None:
    print(json.dumps(line, ensure_ascii=False))
    if path := os.environ.get("ZUJIAN_FAULT_FIGURES"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
