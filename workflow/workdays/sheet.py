"""A year's days as an .xlsx or .csv file: day, kind and reason. Every fault is named with its row."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from workflow.errors import InvalidInput
from workflow.roster.archive import refuse_size
from workflow.roster.cells import day_in, folded, text_in
from workflow.roster.workbook import Cell, open_workbook
from workflow.text import Text
from workflow.unpacking import ZIP_START

FIELD = "file"
SHOWN = 20
LONGEST_REASON = 100
YEARS = range(2000, 2100)
COLUMNS: Mapping[str, frozenset[str]] = {
    "day": frozenset({"日期", "day", "date"}),
    "kind": frozenset({"类别", "类型", "kind", "type"}),
    "reason": frozenset({"事由", "说明", "节日", "reason", "name"}),
}
HOLIDAY = frozenset({"放假", "休息", "休", "节假日", "holiday", "off"})
WORKDAY = frozenset({"上班", "调休上班", "补班", "班", "工作日", "workday", "make-up", "makeup", "makeupworkday"})

ROW = Text("第 {row} 行：{fault}", "row {row}: {fault}")
NO_DAY = Text("日期“{found}”无法识别，请写成 2027-01-01", "the day “{found}” cannot be read: write it as 2027-01-01")
OTHER_YEAR = Text("{day} 不在 {year} 年内，请另存为该年的文件", "{day} is not in {year}: put it into that year's file")
NO_KIND = Text("类别“{found}”只能是 放假 或 上班", "the kind “{found}” must be 放假 (holiday) or 上班 (workday)")
TWICE = Text("{day} 在第 {first} 行已有", "{day} stands in row {first} already")
BOTH = Text("{day} 在第 {first} 行是另一类别，同一天不能既放假又上班", "{day} is of the other kind in row {first}")
TOO_LONG = Text("事由最长 {n} 个字", "the reason has at most {n} characters")
USELESS = Text("{day} 本来就是工作日，不必写成上班", "{day} is a working day anyway: leave it out")
NO_HEAD = Text(
    "找不到表头：第一行须有 日期、类别、事由（day, kind, reason）",
    "There is no head: the first row has to name 日期, 类别, 事由 (day, kind, reason)",
)
NO_ROWS = Text("文件里没有一行日期", "The file holds no day at all")
NOT_TEXT = Text("文件不是 UTF-8 的 .csv，也不是 .xlsx", "The file is neither a .csv in UTF-8 nor an .xlsx")
YEAR_UNKNOWN = Text("年份须在 {first} 至 {last} 之间", "The year must be between {first} and {last}")
MORE = Text("；另有 {n} 处", "; and {n} more")


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that differs from the weekly rule, or confirms a weekend as a day off."""

    day: date
    is_workday: bool
    reason: str

    def as_dict(self) -> dict[str, object]:
        return {"day": self.day.isoformat(), "is_workday": self.is_workday, "reason": self.reason}


def read_days(data: bytes, year: int | None) -> tuple[int, tuple[NamedDay, ...]]:
    """The year and its days in order; raises InvalidInput that names every faulty row.

    Without a year it is the one most rows are of.
    """
    refuse_size(len(data))
    rows = list(_rows(data))
    if not rows:
        raise InvalidInput({FIELD: NO_ROWS})
    days = [_day(cells["day"]) for _, cells in rows]
    year = year if year is not None else _usual_year(days)
    if year is not None and year not in YEARS:
        raise InvalidInput({"year": YEAR_UNKNOWN.filled(first=YEARS.start, last=YEARS.stop - 1)})
    found, faults = _judged(rows, days, year)
    if faults or year is None:
        raise InvalidInput({FIELD: _together(faults)})
    return year, tuple(sorted(found, key=lambda one: one.day))


def _judged(
    rows: Sequence[tuple[int, Mapping[str, Cell]]], days: Sequence[date | None], year: int | None
) -> tuple[list[NamedDay], list[Text]]:
    found: list[NamedDay] = []
    faults: list[Text] = []
    seen: dict[date, tuple[int, bool | None]] = {}
    for (number, cells), day in zip(rows, days, strict=True):
        kind = _kind(cells["kind"])
        reason = text_in(cells["reason"])
        wrong = list(_wrong(cells, day, kind, reason, year, seen))
        faults += [ROW.filled(row=number, fault=fault) for fault in wrong]
        if day is not None:
            seen.setdefault(day, (number, kind))
        if not wrong and day is not None and kind is not None:
            found.append(NamedDay(day, kind, reason))
    return found, faults


def _wrong(
    cells: Mapping[str, Cell],
    day: date | None,
    kind: bool | None,
    reason: str,
    year: int | None,
    seen: Mapping[date, tuple[int, bool | None]],
) -> Iterator[Text]:
    if day is None:
        yield NO_DAY.filled(found=text_in(cells["day"])[:LONGEST_REASON])
    elif day.year != year:
        yield OTHER_YEAR.filled(day=day, year=year)
    if kind is None:
        yield NO_KIND.filled(found=text_in(cells["kind"])[:LONGEST_REASON])
    if len(reason) > LONGEST_REASON:
        yield TOO_LONG.filled(n=LONGEST_REASON)
    if day is not None and day in seen:
        first, other = seen[day]
        yield (TWICE if other == kind else BOTH).filled(day=day, first=first)
    elif day is not None and kind and day.weekday() < 5:
        yield USELESS.filled(day=day)


def _day(cell: Cell) -> date | None:
    try:
        return day_in(cell)
    except ValueError:
        return None


def _kind(cell: Cell) -> bool | None:
    """True for a working day, False for a day off, None for neither."""
    word = folded(cell).casefold()
    return word in WORKDAY if word in WORKDAY | HOLIDAY else None


def _usual_year(days: Sequence[date | None]) -> int | None:
    years = Counter(day.year for day in days if day is not None)
    return years.most_common(1)[0][0] if years else None


def _rows(data: bytes) -> Iterator[tuple[int, Mapping[str, Cell]]]:
    """The rows below the head with their numbers; blank ones are left out."""
    lines = _sheet(data) if data.startswith(ZIP_START) else _csv(data)
    head, places = _head(lines)
    for number, row in enumerate(lines[head + 1 :], head + 2):
        cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
        if any(folded(cell) for cell in cells.values()):
            yield number, cells


def _sheet(data: bytes) -> Sequence[Sequence[Cell]]:
    return next((sheet.rows for sheet in open_workbook(data) if not sheet.is_hidden and sheet.rows), [])


def _csv(data: bytes) -> Sequence[Sequence[Cell]]:
    try:
        text = data.decode("utf-8-sig")
        return [list(row) for row in csv.reader(io.StringIO(text), strict=True)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput({FIELD: NOT_TEXT}) from error


def _head(lines: Sequence[Sequence[Cell]]) -> tuple[int, Mapping[str, int]]:
    for index, row in enumerate(lines[:10]):
        titles = {folded(cell).casefold().rstrip("*"): place for place, cell in enumerate(row)}
        places = {name: titles[word] for name, words in COLUMNS.items() for word in words & titles.keys()}
        if len(places) == len(COLUMNS):
            return index, places
    raise InvalidInput({FIELD: NO_HEAD})


def _together(faults: Sequence[Text]) -> Text:
    shown, more = faults[:SHOWN], len(faults) - SHOWN
    rest = MORE.filled(n=more) if more > 0 else Text("", "")
    return Text("；".join(f.zh for f in shown) + rest.zh, "; ".join(f.en for f in shown) + rest.en)
