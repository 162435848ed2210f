"""From a workbook to lines and faults, without a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from workflow import credit_code
from workflow.campaign.lines import Fault, Ledger, Line, Place
from workflow.campaign.sheets import SHEETS, Field, Kind, LedgerSheet
from workflow.roster.cells import count_in, day_in, flag_in, folded, text_in
from workflow.roster.census import column_letter
from workflow.roster.refusals import refused
from workflow.roster.workbook import Cell, Row, Sheet, open_workbook
from workflow.text import Text

_HEAD_WITHIN = 30
_SUMS = frozenset({"合计", "总计", "小计"})
_REMARKS = ("备注", "注", "说明", "填表")
_LONGEST = 200

EMPTY = Text("没有{heading}：请补上", "{heading} is empty: fill it in")
TOO_LONG = Text("{heading}过长（超过 200 字）：请缩短", "{heading} is longer than 200 characters: shorten it")
NOT_A_DAY = Text(
    "{heading}“{found}”不是有效日期：请写成 2011-04-18 的样子",
    "{heading} “{found}” is not a date: write it like 2011-04-18",
)
TO_COME = Text(
    "{heading}“{found}”还没到：台账只记已发生的事", "{heading} “{found}” is still to come: a ledger holds what happened"
)
NOT_A_COUNT = Text(
    "{heading}“{found}”不是整数：没有就填 0", "{heading} “{found}” is not a whole number: enter 0 for none"
)
NEGATIVE = Text("{heading}是负数（{found}）：没有就填 0", "{heading} is negative ({found}): enter 0 for none")
NOT_A_FLAG = Text(
    "{heading}“{found}”看不出是或否：请填“是”或“否”", "{heading} “{found}” is neither yes nor no: enter 是 or 否"
)
NO_CHOICE = Text("{heading}“{found}”不在可填的范围内：{choices}", "{heading} “{found}” is none of: {choices}")


class _Wrong(ValueError):
    """A cell that cannot be read: a stable code, and the sentence for it."""

    def __init__(self, reason: str, text: Text) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text


def read_ledger(source: Path | bytes, *, today: date) -> Ledger:
    """Reads every sheet it knows; raises InvalidInput for a file that is no workbook or holds none of the nine."""
    wanted = {folded(sheet.name): sheet for sheet in SHEETS}
    lines: list[Line] = []
    faults: list[Fault] = []
    notes: list[Text] = []
    letters: dict[str, Mapping[str, str]] = {}
    for sheet in open_workbook(source):
        spec = wanted.pop(folded(sheet.name), None)
        if spec is None:
            notes.append(Text(f"工作表“{sheet.name}”不属于台账，没有读", f"Sheet “{sheet.name}” is not of the ledger"))
            continue
        head, places = _head(sheet, spec)
        letters[spec.name] = {heading: column_letter(place) for heading, place in places.items()}
        for found in _read_sheet(sheet, spec, head, places, today):
            if isinstance(found, Line):
                lines.append(found)
            else:
                faults.append(found)
    if len(wanted) == len(SHEETS):
        names = "、".join(sheet.name for sheet in SHEETS)
        raise refused(f"工作簿里没有台账的工作表：{names}", f"The workbook holds none of the ledger's sheets: {names}")
    notes.extend(Text(f"没有工作表“{one.name}”", f"There is no sheet “{one.name}”") for one in wanted.values())
    return Ledger(tuple(lines), letters, tuple(faults), tuple(notes))


def _head(sheet: Sheet, spec: LedgerSheet) -> tuple[int, dict[str, int]]:
    """The row of the headings and where each stands; a figure read from the wrong column would look right."""
    best: dict[str, int] = {}
    for index, row in enumerate(sheet.rows[:_HEAD_WITHIN]):
        titles = {folded(cell).rstrip("*"): place for place, cell in enumerate(row) if folded(cell)}
        found = {one.heading: titles[folded(one.heading)] for one in spec.fields if folded(one.heading) in titles}
        if len(found) == len(spec.fields):
            return index, found
        best = max(best, found, key=len)
    missing = "、".join(one.heading for one in spec.fields if one.heading not in best)
    raise refused(f"工作表“{sheet.name}”缺少列：{missing}", f"Sheet “{sheet.name}” lacks the column(s) {missing}")


def _read_sheet(
    sheet: Sheet, spec: LedgerSheet, head: int, places: Mapping[str, int], today: date
) -> Iterator[Line | Fault]:
    for number, row in enumerate(sheet.rows[head + 1 :], head + 2):
        cells = {heading: row[place] if place < len(row) else "" for heading, place in places.items()}
        if not _is_data(row, cells):
            continue
        place = Place(spec.name, number, cells)
        values: dict[str, Any] = {}
        wrong: list[Fault] = []
        for one in spec.fields:
            try:
                values[one.heading] = _value(one, cells[one.heading], today)
            except _Wrong as fault:
                letter, found = column_letter(places[one.heading]), text_in(cells[one.heading])
                wrong.append(Fault(place, letter, one.heading, found[:_LONGEST], fault.reason, fault.text))
        if wrong:
            yield from wrong
        else:
            yield Line(spec, place, values)


def _is_data(row: Row, cells: Mapping[str, Cell]) -> bool:
    """False for a blank row, a sum, and a remark below the table."""
    first = next((folded(cell) for cell in row if folded(cell)), "")
    return any(folded(cell) for cell in cells.values()) and first not in _SUMS and not first.startswith(_REMARKS)


def _value(one: Field, cell: Cell, today: date) -> Any:
    found = text_in(cell)
    if not folded(cell):
        raise _Wrong("empty", EMPTY.filled(heading=one.heading))
    if len(found) > _LONGEST:
        raise _Wrong("too_long", TOO_LONG.filled(heading=one.heading))
    if one.kind is Kind.DAY:
        return _day(one, cell, found, today)
    if one.kind is Kind.COUNT:
        return _count(one, cell, found)
    if one.kind is Kind.FLAG:
        return _flag(one, cell, found)
    if one.kind is Kind.CODE:
        return _code(found)
    if one.kind is Kind.CHOICE:
        return _choice(one, cell, found)
    return found


def _day(one: Field, cell: Cell, found: str, today: date) -> date:
    try:
        day = day_in(cell)
    except ValueError:
        day = None
    if day is None:
        raise _Wrong("not_a_day", NOT_A_DAY.filled(heading=one.heading, found=found))
    if day > today:
        raise _Wrong("day_to_come", TO_COME.filled(heading=one.heading, found=found))
    return day


def _count(one: Field, cell: Cell, found: str) -> int:
    try:
        number = count_in(cell)
    except ValueError:
        raise _Wrong("not_a_number", NOT_A_COUNT.filled(heading=one.heading, found=found)) from None
    if number is not None and number < 0:
        raise _Wrong("negative_number", NEGATIVE.filled(heading=one.heading, found=found))
    return number or 0


def _flag(one: Field, cell: Cell, found: str) -> bool:
    try:
        flag = flag_in(cell)
    except ValueError:
        flag = None
    if flag is None:
        raise _Wrong("not_yes_or_no", NOT_A_FLAG.filled(heading=one.heading, found=found))
    return flag


def _code(found: str) -> str:
    code = credit_code.normalised(found)
    if fault := credit_code.fault_of(code):
        raise _Wrong("credit_code_invalid", fault)
    return code


def _choice(one: Field, cell: Cell, found: str) -> str:
    choices = {folded(word): value for word, value in one.choices.items()}
    if folded(cell) not in choices:
        raise _Wrong("not_a_choice", NO_CHOICE.filled(heading=one.heading, found=found, choices="、".join(one.choices)))
    return choices[folded(cell)]
