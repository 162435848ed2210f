"""`python -m tests.faults [F1 ...] [--kills 200] [--store postgres]`: parts alone, as long as wished.

    python -m tests.faults                                   everything, as short as in CI
    python -m tests.faults F1 --kills 200 --actions 100000 --cases 10000 --store postgres
    python -m tests.faults soak                              everything, as long as `tests/faults/soak.py` says
    python -m tests.faults soak F5 F20                       these parts alone
    python -m tests.faults replay var/faults/F1-1234         checks a kept history again

A part is a test whose name has its number; each `--NAME NUMBER` is one that a test asks for with `option("name", ...)`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.faults.checker import violations
from tests.faults.facts import load_facts
from tests.faults.history import read_tries
from tests.faults.soak import soak

HERE = Path(__file__).parent


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["replay"]:
        return replay(Path(arguments[1]))
    if arguments[:1] == ["soak"]:
        return soak(arguments[1:])
    parts, options = _read(arguments)
    chosen = " or ".join(f"{part.lower()}_" for part in parts)
    store = options.pop("store", None)
    wanted = [word for word in (f"({chosen})" if chosen else "", store) if word]
    os.environ.update({f"ZUJIAN_FAULT_{name.upper()}": value for name, value in options.items()})
    return int(pytest.main([str(HERE), "-q", "-s", "-k", " and ".join(wanted)]))


def replay(kept: Path) -> int:
    """Checks a kept history against the facts kept with it: 0 where nothing is wrong with them."""
    found = violations(read_tries(kept / "history.jsonl"), load_facts(kept / "facts.json"))
    print("\n".join(found) or "nothing is wrong")
    return 1 if found else 0


def _read(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    parts: list[str] = []
    options: dict[str, str] = {}
    words = iter(arguments)
    for word in words:
        if word.startswith("--"):
            options[word[2:]] = next(words)
        else:
            parts.append(word)
    return parts, options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
