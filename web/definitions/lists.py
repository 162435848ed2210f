"""The open cases of a preview by what would become of them, as many as a page takes."""

from __future__ import annotations

from dataclasses import dataclass

from web.actor import actor
from workflow.engine.actors import SEES_SUBTREE
from workflow.publishing.comparing import Fate
from workflow.publishing.preview import CaseLine, Preview

SHOWN = 20


@dataclass(frozen=True, slots=True)
class FateList:
    """`opened` are the cases the person may open: whoever publishes need not see what is in them."""

    fate: str
    total: int
    lines: tuple[CaseLine, ...]
    opened: frozenset[int]

    @property
    def is_cut(self) -> bool:
        return len(self.lines) < self.total


def lists_of(found: Preview, *, is_whole: bool) -> list[FateList]:
    return [_list(fate, lines, is_whole) for fate, lines in found.by_fate.items()]


def _list(fate: Fate, lines: tuple[CaseLine, ...], is_whole: bool) -> FateList:
    shown = lines if is_whole else lines[:SHOWN]
    areas = tuple(held.scope_path for held in actor().roles if held.role in SEES_SUBTREE)
    return FateList(
        fate.value, len(lines), shown, frozenset(line.case_id for line in shown if line.scope_path.startswith(areas))
    )
