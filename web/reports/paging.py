"""A long list in pages."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.queries.parameters import is_number


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 1 and is always one that there is."""

    number: int
    last: int
    start: int
    end: int


def page_of(total: int, size: int, asked: str) -> Page:
    last = max(1, -(-total // size))
    number = min(max(int(asked), 1), last) if is_number(asked) else 1
    return Page(number, last, (number - 1) * size, number * size)
