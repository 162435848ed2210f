"""Parts a sheet into the rows of the table and everything around it: titles, totals, notes, blanks, repeated heads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflow.roster.cells import folded
from workflow.roster.columns import FIGURES, Column
from workflow.roster.head import Head, is_head_row
from workflow.roster.workbook import Row, Sheet

_TOTAL = re.compile(r"(?:本页|本表|以上|全镇|全街道|全区)?(?:合计|总计|小计|共计|累计)(?:[:(].*)?")
_NOTE = re.compile(
    r"(?:填表说明|填报说明|说明|备注|注意?)\d*[:.、]|(?:填表|填报|审核|负责|联系|制表|经办)(?:人|单位|日期|时间|电话)"
)
_NUMBERING = re.compile(r"\d{1,2}|[A-Z甲乙丙丁戊己庚辛壬癸]|栏次")
_DIGIT = re.compile(r"\d")
_WIDE = 3


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are (Excel row number, cells); `around` is what stands above and below them."""

    rows: list[tuple[int, Row]]
    around: list[Row]


def part(sheet: Sheet, head: Head) -> Table:
    banners = {(top, left) for top, left, _bottom, right in sheet.merged if right - left >= _WIDE - 1}
    table = Table([], sheet.rows[: head.first_row])
    for index, row in enumerate(sheet.rows[head.next_row :], head.next_row):
        if is_data(row, head) and not _is_banner(index, row, banners):
            table.rows.append((index + 1, row))
        elif not is_head_row(row, head):
            table.around.append(row)
    return table


def is_data(row: Row, head: Head) -> bool:
    """True for a row about an enterprise, however incomplete: what is doubtful is read, and sent back with a reason."""
    name, code = _word(row, head, Column.NAME), _word(row, head, Column.CREDIT_CODE)
    if _TOTAL.fullmatch(name) or _TOTAL.fullmatch(_word(row, head, Column.SEQUENCE)) or is_head_row(row, head):
        return False
    if _NOTE.match(_first_word(row)) and not _DIGIT.search(code):
        return False
    if code:
        return not (_NUMBERING.fullmatch(code) and _NUMBERING.fullmatch(name))
    return bool(name) or any(_word(row, head, column) for column in FIGURES)


def _word(row: Row, head: Head, column: Column) -> str:
    place = head.columns.get(column)
    return folded(row[place]) if place is not None and place < len(row) else ""


def _first_word(row: Row) -> str:
    return next((word for word in map(folded, row) if word), "")


def _is_banner(index: int, row: Row, banners: set[tuple[int, int]]) -> bool:
    """One text across the row and nothing beside it; a name set wide for looks has a code beside it."""
    filled = [place for place, cell in enumerate(row) if folded(cell)]
    return len(filled) == 1 and (index, filled[0]) in banners
