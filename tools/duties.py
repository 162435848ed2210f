"""Writes docs/duties.md from the table of the product: `python -m tools.duties`."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from workflow.guards.duties import DUTY_NAMES, Duty, refusal_of

PAGE = Path(__file__).parents[1] / "docs" / "duties.md"
HEAD = """\
# Separation of duties 职责分离

Which two duties on one case one person may not both have. This page is made from `workflow/guards/duties.py`
(`python -m tools.duties`), and a test holds the two equal.

A substitute (代理人) brings the duties of the principal (委托人) along: where either of them is the instructor or the
submitter of a case, neither decides on it. Administrators and auditors stand in for nobody.

| One duty | The other | One person may have both | Why |
| --- | --- | --- | --- |
"""


def table() -> str:
    """The whole page: every pair of duties once."""
    lines = []
    for one, other in combinations(Duty, 2):
        refused = refusal_of(one, other)
        verdict, why = ("no 否", f"{refused.why.zh} ({refused.why.en})") if refused else ("yes 可以", "")
        names = [f"{DUTY_NAMES[duty].zh} {DUTY_NAMES[duty].en}" for duty in (one, other)]
        lines.append(f"| {names[0]} | {names[1]} | {verdict} | {why} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")
