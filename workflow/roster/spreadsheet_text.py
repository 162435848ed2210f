"""Text that stays text in a spreadsheet: a cell that begins like a formula gets an apostrophe before it."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
_GUARD = "'"
_LONGEST_CELL = 32_767


def harmless(text: str) -> str:
    return (_GUARD + text if text.startswith(_FORMULA_STARTS) else text)[:_LONGEST_CELL]


def unguarded(text: str) -> str:
    """What `harmless` was given, so that a file of ours can be read again."""
    is_guarded = text.startswith(_GUARD) and text[1:].startswith(_FORMULA_STARTS)
    return text[1:] if is_guarded else text
