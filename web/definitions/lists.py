"""The open cases of a preview by what would become of them, as many as a page takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

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


class Placed(Protocol):
    """A case of a list, and the area it belongs to."""

    @property
    def case_id(self) -> int: ...
    @property
    def scope_path(self) -> str: ...


def lists_of(found: Preview, *, is_whole: bool) -> list[FateList]:
    return [_list(fate, lines, is_whole) for fate, lines in found.by_fate.items()]


def _list(fate: Fate, lines: tuple[CaseLine, ...], is_whole: bool) -> FateList:
    shown = lines if is_whole else lines[:SHOWN]
    return FateList(fate.value, len(lines), shown, may_open(shown))


def may_open(lines: Iterable[Placed]) -> frozenset[int]:
    """The cases among them that the person may open."""
    areas = tuple(held.scope_path for held in actor().roles if held.role in SEES_SUBTREE)
    return frozenset(line.case_id for line in lines if line.scope_path.startswith(areas))
