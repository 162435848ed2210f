"""How much memory the sheets will take, counted before the reader lays them out.

The reader allocates every cell between the first and the last one: two words in A1 and XFD1048576 would ask for
half a terabyte and end the process. A long shared string named by a million cells does the same with text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.parsers import expat

from workflow.roster.refusals import damaged, refused, too_large

MAX_CELLS = 4_000_000
MAX_TEXT = 100 * 1024 * 1024

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)
# A cell without one of these is only a format, and the reader drops it.
_CONTENTS = frozenset({"v", "is", "f"})


def column_letter(index: int) -> str:
    """ "A" for 0, "AA" for 26: the letters over a sheet's columns."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """1 for "A", 27 for "AA"."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class Census:
    """Fed with the XML members, shared strings first; raises InvalidInput as soon as the totals pass the limits."""

    def __init__(self) -> None:
        self.cells = 0
        self.text = 0
        self._string_sizes: list[int] = []

    def count(self, member: bytes) -> None:
        """Adds one member; what is not well-formed is refused, since the reader is less strict than this parser."""
        walk = _Walk(self._string_sizes)
        # The encoding is fixed: the reader ignores a declared one, and both must see the same letters.
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = walk.start
        parser.CharacterDataHandler = walk.characters
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            parser.Parse(member, True)
        except expat.ExpatError as error:
            raise damaged() from error
        self.cells += walk.last_row * walk.last_column
        self.text += walk.text
        self._refuse_excess(walk)

    def _refuse_excess(self, walk: _Walk) -> None:
        if self.cells > MAX_CELLS:
            corner = f"{column_letter(walk.last_column - 1)}{walk.last_row}"
            raise refused(
                f"工作表的最后一个单元格在 {corner}，范围过大，没有打开：请删去数据区以外的内容",
                f"The last used cell of a sheet is {corner}, too far out to open: clear what lies beyond the data",
            )
        if self.text > MAX_TEXT:
            raise too_large("文字总量过大", "it holds too much text")


class _Walk:
    """One pass over a member: the last used row and column, and the bytes of text its cells will become."""

    def __init__(self, string_sizes: list[int]) -> None:
        self.last_row = self.last_column = self.text = 0
        self._string_sizes = string_sizes
        self._row = self._column = 0
        self._is_shared = self._in_shared_value = self._in_strings = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        self._in_shared_value = name == "v" and self._is_shared
        if name == "c":
            self._enter_cell(attributes)
        elif name in _CONTENTS:
            self.last_row = max(self.last_row, self._row)
            self.last_column = max(self.last_column, self._column)
        elif name == "row":
            self._enter_row(attributes.get("r"))
        elif name == "si":
            self._in_strings = True
            self._string_sizes.append(0)

    def _enter_row(self, number: str | None) -> None:
        if number is not None and not _NUMBER.fullmatch(number):
            raise damaged()
        self._row = self._row + 1 if number is None else int(number)
        self._column = 0

    def _enter_cell(self, attributes: dict[str, str]) -> None:
        self._is_shared = attributes.get("t") == "s"
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        place = _REFERENCE.fullmatch(reference)
        if place is None:
            raise damaged()
        self._row, self._column = int(place[2]), column_number(place[1])

    def characters(self, data: str) -> None:
        self.text += len(data)
        if self._in_strings:
            self._string_sizes[-1] += len(data)
        elif self._in_shared_value and _NUMBER.fullmatch(data):
            self.text += self._size_of(int(data))

    def _size_of(self, string: int) -> int:
        return self._string_sizes[string] if string < len(self._string_sizes) else 0


def _refuse_doctype(*_declaration: object) -> None:
    raise damaged()
