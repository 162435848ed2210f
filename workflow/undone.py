"""Which entries of a history were taken back, read from the entry that took them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def taken_back(content: Mapping[str, Any]) -> range:
    """The numbers of the entries that an entry with this content undid; empty for one that undid none."""
    if "undone" not in content:
        return range(0)
    first, last = content["entries"]
    return range(first, last + 1)
