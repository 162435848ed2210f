"""Sizes in pixels, and how wide words are without asking a browser."""

from __future__ import annotations

import re

LEFT = 112
BOX_WIDTH = 134
BOX_HEIGHT = 62
GAP = 96
RIGHT = 28
TOP = 8
LANE = 22
CHANNEL = 26
CORRIDOR = 12
ROUND = 7

NAME_SIZE = 14
SMALL = 11
LINE = 13
_WIDE_FROM = "\u2e80"
_WIDE = "\u2e80-\uffff"
_CLOSING = "，。、；：？！）】》"


def width_of(words: str, size: int) -> float:
    """A Chinese sign is as wide as it is high, a Latin letter a little more than half of it."""
    return sum(size if sign >= _WIDE_FROM else size * 0.56 for sign in words)


def wrapped(words: str, size: int, width: float) -> list[str]:
    """Lines that fit, about equally long: broken between words, and between any two Chinese signs."""
    lines = _filled(words, size, width)
    even = _filled(words, size, max(width_of(words, size) / len(lines) + size / 2, size))
    return even if len(even) == len(lines) else lines


def _filled(words: str, size: int, width: float) -> list[str]:
    lines = [""]
    for piece in _pieces(words):
        if lines[-1] and width_of(lines[-1] + piece.rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _pieces(words: str) -> list[str]:
    """What may not be broken: a Latin word with its blank, a Chinese sign with the signs that cannot begin a line."""
    return re.findall(rf"[{_WIDE}][{_CLOSING}]*|[^{_WIDE}\s]+\s*|\s+", words)


def column_left(column: int) -> float:
    return LEFT + column * (BOX_WIDTH + GAP)


def sheet_width(columns: int) -> float:
    return column_left(columns) - GAP + RIGHT
