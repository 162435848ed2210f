"""An official paper as it reads: its elements (公文要素), in words, before any file format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table among the paragraphs; `widths` are millimetres, 156 together fill the line."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    has_head: bool = True


@dataclass(frozen=True, slots=True)
class OfficialPaper:
    """The elements of GB/T 9704-2012 as far as they are used here; what is None or empty is left out.

    `paragraphs` bear their own ordinals (一、 （一） 1. （1）). `signer` (签发人) stands on upward papers only, `note`
    (附注) holds the contact of a request, `attachments` are names without a full stop.
    """

    title: str
    paragraphs: tuple[str | Grid, ...]
    signed_by: str
    dated_on: date | None
    number: str | None = None
    signer: str | None = None
    addressee: str | None = None
    attachments: tuple[str, ...] = ()
    note: str | None = None
    copies_to: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Every line of text of the paper, in its order."""
        yield from (line for line in (self.number, self.signer, self.title, self.addressee) if line)
        for block in self.paragraphs:
            yield from (cell for row in block.rows for cell in row) if isinstance(block, Grid) else (block,)
        yield from self.attachments
        yield self.signed_by
        if self.dated_on:
            yield day_words(self.dated_on)
        yield from (line for line in (self.note, *self.copies_to) if line)


def day_words(day: date) -> str:
    """2026年3月2日: Arabic numerals without leading zeros, as dates of official papers are written."""
    return f"{day.year}年{day.month}月{day.day}日"


def ordinal(number: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return head + (DIGITS[ones] if ones or not tens else "")


def numbered(items: Iterable[str]) -> tuple[str, ...]:
    """The items as paragraphs of the first level."""
    return tuple(f"{ordinal(place)}、{item}" for place, item in enumerate(items, start=1))
