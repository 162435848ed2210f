"""Further versions of the shipped process, made by changing words of its file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workflow.definition.library import shipped_source


def version_of(number: int, *changes: tuple[str, str], renamed: Mapping[str, str] | None = None) -> str:
    """The shipped file as version `number`. `changes` are (pattern, replacement); one that fits nowhere is a mistake.

    `renamed` gives states another code everywhere and says so in the file.
    """
    source = re.sub(r"(?m)^version: 1$", f"version: {number}", shipped_source())
    for pattern, replacement in changes:
        source, count = re.subn(pattern, replacement, source)
        assert count, pattern
    for old, new in (renamed or {}).items():
        source = re.sub(rf"(?<![\w/]){old}(?![\w/])", new, source)
    if renamed:
        source += "\nrenamed_states: {" + ", ".join(f"{old}: {new}" for old, new in renamed.items()) + "}\n"
    return source


# The acceptance check gets another name: cases that are submitted go on under other words.
RELABELLED = (r"zh: 受理, en: Accept for review", "zh: 予以受理, en: Take up")
SECOND = version_of(2, RELABELLED)
RENAMED = version_of(2, RELABELLED, renamed={"under_review": "deliberated"})

# Another clock for the acceptance check, and other reminders of the next visit.
T20 = "  T20: {zh: 受理, en: Acceptance, rule: acceptance_workdays, unit: days, alerts: [0], tell: [committee]}\n"
OTHER_CLOCKS = version_of(
    2,
    (r"(?m)^(  submitted: .*)deadline: T07", r"\1deadline: T20"),
    (r"(?m)^  T08: ", f"{T20}  T08: "),
    (r"start: \[T07", "start: [T20, T07"),
    (r"(T03: .*)alerts: \[0, 7, 30\]", r"\1alerts: [-7, 0]"),
)
