"""What people write in cells, read as numbers, days and yes or no. Each reader raises ValueError for the rest."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from workflow.roster.spreadsheet_text import unguarded
from workflow.roster.workbook import Cell

MAX_COUNT = 9_999_999

_BLANK = frozenset({"", "-", "—", "——", "/", "\\"})
_NOTHING = _BLANK | {"无", "空"}
_COUNT = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?[人名个位]?", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?[日号月.]?", re.ASCII)
_CLOCK = re.compile(r"[ T]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?$", re.ASCII)
_PACKED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})?", re.ASCII)
_REMARK_IN_BRACKETS = re.compile(r"\(.*\)$")

# Excel counts days from here; the range keeps years and counts from being taken for serials.
_SERIAL_EPOCH = date(1899, 12, 30)
_SERIALS = range(10_000, 80_000)
_MONTHS = range(1, 13)
_FIRST_YEAR = 1900

_YES = frozenset({"是", "有", "对", "√", "✓", "✔", "☑", "Y", "YES", "TRUE", "1", "已建", "已建立"})
_NO = frozenset({"否", "无", "没有", "×", "✗", "✘", "☐", "X", "N", "NO", "FALSE", "0", "未建", "未建立"})


def text_in(cell: Cell) -> str:
    """The cell as one line of clean text: no control or invisible characters, whole numbers without ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    text = str(cell)
    if not text.isprintable():
        text = "".join(ch if ch.isprintable() else " " for ch in text if unicodedata.category(ch) != "Cf")
    return " ".join(unguarded(text).split())


def folded(cell: Cell) -> str:
    """Half-width text without any blank: what is compared, never what is stored."""
    text = text_in(cell)
    return "".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def count_in(cell: Cell) -> int | None:
    """A whole number: 28, "２６", "12人", "1,024"; None for a blank or a dash."""
    if isinstance(cell, bool | date):
        raise ValueError("not a number")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= MAX_COUNT:
        return int(cell)
    text = folded(cell).replace("−", "-")
    if text in _NOTHING:
        return None
    match = _COUNT.fullmatch(text)
    if match is None:
        raise ValueError("not a whole number")
    digits = match[2].replace(",", "")
    if len(digits.lstrip("0")) > len(str(MAX_COUNT)):
        raise ValueError("larger than any head-count")
    return -int(digits) if match[1] == "-" else int(digits)


def day_in(cell: Cell) -> date | None:
    """A day in any style seen in rosters; a month alone ("2026.5") is its first day; None for a blank.

    A *number* 2026.1 is refused: Excel shows January and October alike once the final 0 is gone.
    """
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    text = _CLOCK.sub("", unicodedata.normalize("NFKC", text_in(cell)))
    text = "".join(text.split())
    if text in _NOTHING:
        return None
    if isinstance(cell, int | float) and text.endswith(".1"):
        raise ValueError("January or October")
    if text.isascii() and text.isdecimal() and len(text) == len(str(_SERIALS.start)):
        return _plausible(_SERIAL_EPOCH + timedelta(days=_serial(int(text))))
    match = _DAY.fullmatch(text) or _PACKED_DAY.fullmatch(text)
    if match is None:
        raise ValueError("not a date")
    return _plausible(date(int(match[1]), int(match[2]), int(match[3] or 1)))


def _serial(number: int) -> int:
    if number not in _SERIALS:
        raise ValueError("not a serial day")
    return number


def _plausible(day: date) -> date:
    if day.year < _FIRST_YEAR:
        raise ValueError("before any enterprise")
    return day


def flag_in(cell: Cell) -> bool | None:
    """是/否, √/×, yes/no in their spellings, a remark in brackets allowed; None for a blank."""
    text = _REMARK_IN_BRACKETS.sub("", folded(cell)).upper()
    if text in _BLANK:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ValueError("neither yes nor no")
